/*
 * A JACK client that plays a sound into ports and records other ports in the same cycles: frame n of the recording was
 * taken in the cycle, and at the place in it, in which frame n of the sound was given out. What it sends to itself
 * therefore comes back one JACK period late.
 *
 *   jackpulse NAME FRAMES [--play FILE] [--to PORT]... [--record FILE] [--from PORT]...
 *
 * Files are raw 32-bit floats, interleaved, a channel for each --to or --from. At the end it prints one line of JSON:
 * frames, periodFrames, rate, the JACK frame of the first cycle, xruns, and cycles that did not follow on the one before.
 */
#include <errno.h>
#include <jack/jack.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_PORTS 8

static jack_client_t *client;
static jack_port_t *outs[MAX_PORTS], *ins[MAX_PORTS];
static unsigned int outCount, inCount;
static float *sound, *recording;
static size_t soundFrames, frames, position;
static jack_nframes_t startFrame, expectedFrame;
static unsigned int gaps;
static atomic_uint xruns;
static atomic_int isRunning, isDone;

static int process(jack_nframes_t count, void *unused) {
  (void)unused;
  float *out[MAX_PORTS], *in[MAX_PORTS];
  for (unsigned int c = 0; c < outCount; c++) out[c] = jack_port_get_buffer(outs[c], count);
  for (unsigned int c = 0; c < inCount; c++) in[c] = jack_port_get_buffer(ins[c], count);
  int active = atomic_load(&isRunning) && position < frames;
  if (active) {
    jack_nframes_t now = jack_last_frame_time(client);
    if (position == 0) startFrame = now;
    else if (now != expectedFrame) gaps++;
    expectedFrame = now + count;
  }
  for (jack_nframes_t i = 0; i < count; i++) {
    size_t at = position + i;
    for (unsigned int c = 0; c < outCount; c++) out[c][i] = active && at < soundFrames ? sound[at * outCount + c] : 0;
    if (!active || at >= frames) continue;
    for (unsigned int c = 0; c < inCount; c++) recording[at * inCount + c] = in[c][i];
  }
  if (!active) return 0;
  position += count;
  if (position >= frames) atomic_store(&isDone, 1);
  return 0;
}

static int onXrun(void *unused) {
  (void)unused;
  atomic_fetch_add(&xruns, 1);
  return 0;
}

static void onShutdown(void *unused) {
  (void)unused;
  atomic_store(&isDone, -1);
}

static int fail(const char *what) {
  fprintf(stderr, "jackpulse: %s: %s\n", what, strerror(errno));
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 3) return fail("usage");
  frames = strtoul(argv[2], NULL, 10);
  const char *playPath = NULL, *recordPath = NULL, *to[MAX_PORTS], *from[MAX_PORTS];
  for (int i = 3; i + 1 < argc; i += 2) {
    if (!strcmp(argv[i], "--play")) playPath = argv[i + 1];
    else if (!strcmp(argv[i], "--record")) recordPath = argv[i + 1];
    else if (!strcmp(argv[i], "--to") && outCount < MAX_PORTS) to[outCount++] = argv[i + 1];
    else if (!strcmp(argv[i], "--from") && inCount < MAX_PORTS) from[inCount++] = argv[i + 1];
    else return fail(argv[i]);
  }

  if (playPath && outCount) {
    FILE *file = fopen(playPath, "rb");
    if (!file) return fail(playPath);
    fseek(file, 0, SEEK_END);
    soundFrames = (size_t)ftell(file) / sizeof(float) / outCount;
    rewind(file);
    sound = malloc(soundFrames * outCount * sizeof(float) + 1);
    if (!sound || fread(sound, sizeof(float) * outCount, soundFrames, file) != soundFrames) return fail(playPath);
    fclose(file);
  }
  recording = calloc(frames * (inCount ? inCount : 1), sizeof(float));
  if (!recording) return fail("memory");
  /* Touch every page now: the first touch of a page in the cycle is an xrun. */
  for (size_t i = 0; i < frames * inCount; i += 256) ((volatile float *)recording)[i] = 0;

  client = jack_client_open(argv[1], JackNoStartServer, NULL);
  if (!client) return fail("no JACK server");
  jack_set_process_callback(client, process, NULL);
  jack_set_xrun_callback(client, onXrun, NULL);
  jack_on_shutdown(client, onShutdown, NULL);
  char name[16];
  for (unsigned int c = 0; c < outCount; c++) {
    snprintf(name, sizeof name, "out_%u", c + 1);
    outs[c] = jack_port_register(client, name, JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
  }
  for (unsigned int c = 0; c < inCount; c++) {
    snprintf(name, sizeof name, "in_%u", c + 1);
    ins[c] = jack_port_register(client, name, JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
  }
  if (jack_activate(client)) return fail("activate");
  for (unsigned int c = 0; c < outCount; c++)
    if ((errno = jack_connect(client, jack_port_name(outs[c]), to[c])) && errno != EEXIST) return fail(to[c]);
  for (unsigned int c = 0; c < inCount; c++)
    if ((errno = jack_connect(client, from[c], jack_port_name(ins[c]))) && errno != EEXIST) return fail(from[c]);

  /* Joining and wiring cost the other clients a few cycles: let them pass. */
  usleep(300000);
  atomic_store(&xruns, 0);
  atomic_store(&isRunning, 1);
  while (!atomic_load(&isDone)) usleep(5000);
  int isLost = atomic_load(&isDone) < 0;
  unsigned int xrunsSeen = atomic_load(&xruns);
  jack_nframes_t rate = isLost ? 0 : jack_get_sample_rate(client), period = isLost ? 0 : jack_get_buffer_size(client);
  jack_client_close(client);
  errno = EPIPE;
  if (isLost) return fail("the JACK server went away");
  if (recordPath && inCount) {
    FILE *file = fopen(recordPath, "wb");
    if (!file || fwrite(recording, sizeof(float) * inCount, frames, file) != frames || fclose(file)) return fail(recordPath);
  }
  printf("{\"frames\":%zu,\"periodFrames\":%u,\"rate\":%u,\"startFrame\":%u,\"xruns\":%u,\"gaps\":%u}\n", frames, period, rate,
         startFrame, xrunsSeen, gaps);
  return 0;
}
