/*
 * The Opus Custom codec as the box uses it: one encoder or decoder with its own sample and byte buffers behind one
 * handle, settings applied (protocol: audio.md section 1.1), input and output made safe. Compiled to WebAssembly
 * together with libopus by tools/build-opus.mjs; the TypeScript side is codec.ts.
 *
 * Memory is fixed: the host passes it in, nothing grows it. Modes live for ever; destroyed codecs are kept on a list
 * per kind and reused, so there is no fragmentation.
 */
#include <stddef.h>
#include <stdint.h>

/* These make the sizes and initialisers of the codecs visible. */
#define CELT_ENCODER_C
#define CELT_DECODER_C
#include "celt.h" /* internal CELT header: Opus Custom plus its control requests */
#include "opus_custom.h"

#define EXPORT(name) __attribute__((export_name(#name)))

enum { SAMPLE_RATE_HZ = 48000, MAX_FRAME_SAMPLES = 128, MAX_FRAME_BYTES = 1275, ALIGNMENT = 16 };

/* The highest bit rate that libopus accepts for one channel; asking for more silently gives this. */
enum { MAX_CHANNEL_BITS_PER_S = 260000 };

extern unsigned char __heap_base;
static uintptr_t heapTop;

/* The only allocator: upwards, never back. Only modes that can't be made would be freed. */
void *malloc(size_t size) {
  if (heapTop == 0) heapTop = (uintptr_t)&__heap_base;
  uintptr_t start = (heapTop + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1);
  uintptr_t limit = (uintptr_t)__builtin_wasm_memory_size(0) << 16;
  if (start > limit || size > limit - start) return NULL;
  heapTop = start + size;
  return (void *)start;
}

void free(void *pointer) { (void)pointer; }

typedef struct Codec {
  float pcm[MAX_FRAME_SAMPLES * 2];
  unsigned char bytes[MAX_FRAME_BYTES];
  OpusCustomEncoder *encoder; /* one of the two is null */
  OpusCustomDecoder *decoder;
  int frameSamples, channels, frameBytes;
  struct Codec *nextFree;
} Codec;

static OpusCustomMode *modes[2];
static Codec *freeCodecs[2][2][2]; /* is decoder, is 128, is stereo */

static Codec **freeList(int isDecoder, int frameSamples, int channels) {
  return &freeCodecs[isDecoder][frameSamples == 128][channels == 2];
}

static OpusCustomMode *modeOf(int frameSamples) {
  OpusCustomMode **mode = &modes[frameSamples == 128];
  if (*mode == NULL) *mode = opus_custom_mode_create(SAMPLE_RATE_HZ, frameSamples, NULL);
  return *mode;
}

static void silence(Codec *codec) {
  for (int i = 0; i < MAX_FRAME_SAMPLES * 2; i++) codec->pcm[i] = 0;
}

EXPORT(reset) void codecReset(Codec *codec) {
  if (codec == NULL) return;
  if (codec->encoder) opus_custom_encoder_ctl(codec->encoder, OPUS_RESET_STATE);
  if (codec->decoder) opus_custom_decoder_ctl(codec->decoder, OPUS_RESET_STATE);
  silence(codec);
}

static Codec *allocate(int isDecoder, const OpusCustomMode *mode, int frameSamples, int channels) {
  Codec *codec = malloc(sizeof *codec);
  if (codec == NULL) return NULL;
  *codec = (Codec){.frameSamples = frameSamples, .channels = channels};
  if (isDecoder) codec->decoder = malloc(opus_custom_decoder_get_size(mode, channels));
  else codec->encoder = malloc(opus_custom_encoder_get_size(mode, channels));
  return codec->decoder || codec->encoder ? codec : NULL;
}

/* Null when the memory is full. */
EXPORT(create) Codec *codecCreate(int isDecoder, int frameSamples, int channels) {
  if ((frameSamples != 64 && frameSamples != 128) || (channels != 1 && channels != 2)) return NULL;
  OpusCustomMode *mode = modeOf(frameSamples);
  if (mode == NULL) return NULL;
  Codec **list = freeList(isDecoder != 0, frameSamples, channels);
  Codec *codec = *list;
  if (codec != NULL) *list = codec->nextFree;
  else codec = allocate(isDecoder, mode, frameSamples, channels);
  if (codec == NULL) return NULL;
  codec->frameBytes = 0;
  silence(codec);
  if (isDecoder) {
    opus_custom_decoder_init(codec->decoder, mode, channels);
    return codec;
  }
  opus_custom_encoder_init(codec->encoder, mode, channels);
  opus_custom_encoder_ctl(codec->encoder, OPUS_SET_VBR(0));
  if (frameSamples == 128) opus_custom_encoder_ctl(codec->encoder, OPUS_SET_COMPLEXITY(1));
  else opus_custom_encoder_ctl(codec->encoder, OPUS_SET_PACKET_LOSS_PERC(35));
  return codec;
}

EXPORT(destroy) void codecDestroy(Codec *codec) {
  if (codec == NULL) return;
  Codec **list = freeList(codec->decoder != NULL, codec->frameSamples, codec->channels);
  codec->nextFree = *list;
  *list = codec;
}

EXPORT(pcm) float *codecPcm(Codec *codec) { return codec->pcm; }
EXPORT(bytes) unsigned char *codecBytes(Codec *codec) { return codec->bytes; }

/*
 * Sets the size of an encoded frame. Up to the bit rate that libopus accepts this is exactly what a Jamulus client
 * does. Above it, a client gets frames that are shorter than N; "maximum" fills N bytes, so that they can be decoded.
 */
EXPORT(setFrameBytes) int codecSetFrameBytes(Codec *codec, int frameBytes) {
  if (codec == NULL || codec->encoder == NULL || frameBytes < 3 || frameBytes > MAX_FRAME_BYTES) return OPUS_BAD_ARG;
  int bitsPerSecond = SAMPLE_RATE_HZ * frameBytes * 8 / codec->frameSamples;
  if (bitsPerSecond > MAX_CHANNEL_BITS_PER_S * codec->channels) bitsPerSecond = OPUS_BITRATE_MAX;
  int result = opus_custom_encoder_ctl(codec->encoder, OPUS_SET_BITRATE(bitsPerSecond));
  if (result == OPUS_OK) codec->frameBytes = frameBytes;
  return result;
}

/* Clips to full scale. Returns false, with nothing worth hearing in the buffer, if a sample is not a finite number. */
static int clip(float *pcm, int count) {
  int finite = 1;
  for (int i = 0; i < count; i++) {
    float x = pcm[i];
    finite &= x - x == 0.f;
    x = x > 1.f ? 1.f : x;
    pcm[i] = x < -1.f ? -1.f : x;
  }
  return finite;
}

EXPORT(encode) int codecEncode(Codec *codec) {
  if (codec == NULL || codec->encoder == NULL || codec->frameBytes == 0) return OPUS_BAD_ARG;
  if (!clip(codec->pcm, codec->frameSamples * codec->channels)) silence(codec);
  return opus_custom_encode_float(codec->encoder, codec->pcm, codec->frameSamples, codec->bytes, codec->frameBytes);
}

/* Decodes into pcm; without bytes, conceals a missing frame. Whatever happens, pcm is one frame within full scale. */
static int decodeOrConceal(Codec *codec, const unsigned char *bytes, int frameBytes) {
  int samples = opus_custom_decode_float(codec->decoder, bytes, frameBytes, codec->pcm, codec->frameSamples);
  if (samples != codec->frameSamples) {
    silence(codec);
    return samples < 0 ? samples : OPUS_INTERNAL_ERROR;
  }
  if (clip(codec->pcm, codec->frameSamples * codec->channels)) return OPUS_OK;
  codecReset(codec);
  return OPUS_INTERNAL_ERROR;
}

EXPORT(decode) int codecDecode(Codec *codec, int frameBytes) {
  if (codec == NULL || codec->decoder == NULL) return OPUS_BAD_ARG;
  if (frameBytes >= 1 && frameBytes <= MAX_FRAME_BYTES) return decodeOrConceal(codec, codec->bytes, frameBytes);
  silence(codec);
  return OPUS_BAD_ARG;
}

EXPORT(conceal) int codecConceal(Codec *codec) {
  if (codec == NULL || codec->decoder == NULL) return OPUS_BAD_ARG;
  return decodeOrConceal(codec, NULL, 0);
}
