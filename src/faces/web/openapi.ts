/** The API described for machines (OpenAPI 3.1), made of the schemas that check what comes in. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { commandSchema } from '../../box/commands.ts';
import { ACTION_ERRORS, pairRequestSchema } from './api/answers.ts';
import { meSchema, pageHistorySchema, pageServersSchema, pageStateSchema } from './api/page-state.ts';

/** Checks that JSON Schema cannot say, such as those of addresses, are left out; the box makes them all the same. */
function json(schema: v.GenericSchema): object {
  const { $schema: _, ...rest } = toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' });
  return rest;
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const content = (schema: object, type = 'application/json') => ({ content: { [type]: { schema } } });
const answer = (description: string, schema?: object, type?: string) => ({
  description,
  ...(schema === undefined ? {} : content(schema, type)),
});
const REFUSED = {
  401: answer('not paired', ref('Error')),
  403: answer('wrong Host or Origin, or locked', ref('Error')),
  429: answer('too many', ref('Error')),
};
const text = { type: 'string' };

export function openApi(version: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Jamulus box',
      version,
      description: 'See docs/api.md.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: {
      '/api/me': { get: { summary: 'Who asks', responses: { 200: answer('known or not', ref('Me')) } } },
      '/api/pair': {
        post: {
          summary: 'Let a phone in by the code on the panel or the PIN; sets the cookie',
          requestBody: { required: true, ...content(ref('PairRequest')) },
          responses: {
            200: answer('in'),
            400: answer('no such body', ref('Error')),
            401: answer('wrong', ref('Error')),
            409: answer('no code is shown now', ref('Error')),
            429: answer('a pause: waitMs', ref('Error')),
          },
        },
      },
      '/api/unpair': { post: { summary: 'Forget this phone', responses: { 200: answer('forgotten'), ...REFUSED } } },
      '/api/events': {
        get: {
          summary: 'Server-sent events: state, and meters, servers, history where asked for',
          parameters: [
            { name: 'parts', in: 'query', description: 'meters, servers, history, with commas between', schema: text },
          ],
          responses: { 200: answer('for as long as somebody reads', text, 'text/event-stream'), ...REFUSED },
        },
      },
      '/api/actions': {
        post: {
          summary: 'Do one thing',
          requestBody: { required: true, ...content(ref('PageAction')) },
          responses: {
            200: answer('done'),
            400: answer('no such action', ref('Error')),
            409: answer('not now', ref('Error')),
            ...REFUSED,
          },
        },
      },
      '/api/state': {
        get: { summary: 'The state once', responses: { 200: answer('all of it', ref('PageState')), ...REFUSED } },
      },
      '/api/diagnostics': {
        get: { summary: 'A text for support', responses: { 200: answer('a file', text, 'text/plain'), ...REFUSED } },
      },
      '/metrics': {
        get: { summary: 'For Prometheus, if switched on', responses: { 200: answer('numbers', text, 'text/plain') } },
      },
    },
    components: {
      schemas: {
        Me: json(meSchema),
        PairRequest: json(pairRequestSchema),
        PageAction: json(commandSchema),
        PageState: json(pageStateSchema),
        PageServers: json(pageServersSchema),
        PageHistory: json(pageHistorySchema),
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: { enum: [...ACTION_ERRORS, 'wrong', 'no-code', 'pause', 'wrong-host', 'wrong-origin', 'not-found'] },
            waitMs: { type: 'number' },
          },
        },
      },
    },
  };
}
