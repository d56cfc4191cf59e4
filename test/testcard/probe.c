/*
 * A small full-duplex program for the tests of the test card: gives back what it captures, one period at a time, and
 * writes a line for everything that goes wrong, as a box would meet it.
 *
 *   probe DEVICE FORMAT CHANNELS PERIOD_FRAMES PERIODS SECONDS
 *
 * A second thread sleeps from period to period beside it and counts the times when it woke more than half a period late:
 * that is how often the machine, not the card, was to blame. After an xrun, a suspend or 200 ms without a wake-up it starts both directions again; after any other error it closes
 * the device and opens it again every 20 ms. The last line is JSON.
 */
#include <alsa/asoundlib.h>
#include <pthread.h>
#include <time.h>

#define TIMEOUT_MS 200

static snd_pcm_t *capture, *playback;
static snd_pcm_format_t format;
static unsigned int channels, periods;
static snd_pcm_uframes_t periodFrames;
static char buffer[1024 * 8];
static long goodPeriods, restarts, reopens, refusals, timeouts;
static volatile long hiccups;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int report(const char *what, long err) {
  printf("%s %s\n", what, snd_strerror((int)err));
  fflush(stdout);
  return (int)err;
}

static int openDirection(snd_pcm_t **pcm, const char *device, snd_pcm_stream_t stream) {
  int err = snd_pcm_open(pcm, device, stream, 0);
  if (err < 0) return err;
  snd_pcm_hw_params_t *hw;
  snd_pcm_sw_params_t *sw;
  snd_pcm_hw_params_alloca(&hw);
  snd_pcm_sw_params_alloca(&sw);
  if ((err = snd_pcm_hw_params_any(*pcm, hw)) < 0 ||
      (err = snd_pcm_hw_params_set_access(*pcm, hw, SND_PCM_ACCESS_RW_INTERLEAVED)) < 0 ||
      (err = snd_pcm_hw_params_set_format(*pcm, hw, format)) < 0 ||
      (err = snd_pcm_hw_params_set_channels(*pcm, hw, channels)) < 0 ||
      (err = snd_pcm_hw_params_set_rate(*pcm, hw, 48000, 0)) < 0 ||
      (err = snd_pcm_hw_params_set_period_size(*pcm, hw, periodFrames, 0)) < 0 ||
      (err = snd_pcm_hw_params_set_buffer_size(*pcm, hw, periodFrames * periods)) < 0 || (err = snd_pcm_hw_params(*pcm, hw)) < 0)
    return err;
  snd_pcm_sw_params_current(*pcm, sw);
  snd_pcm_sw_params_set_start_threshold(*pcm, sw, (snd_pcm_uframes_t)1 << 30);
  return snd_pcm_sw_params(*pcm, sw);
}

static int startBoth(void) {
  long err;
  snd_pcm_drop(playback);
  snd_pcm_drop(capture);
  if ((err = snd_pcm_prepare(playback)) < 0 || (err = snd_pcm_prepare(capture)) < 0) return report("prepare", err);
  memset(buffer, 0, sizeof buffer);
  for (unsigned int i = 0; i < periods; i++)
    if ((err = snd_pcm_writei(playback, buffer, periodFrames)) < 0) return report("prefill", err);
  if ((err = snd_pcm_start(playback)) < 0 || (err = snd_pcm_start(capture)) < 0) return report("start", err);
  return 0;
}

static void closeBoth(void) {
  if (capture) snd_pcm_close(capture);
  if (playback) snd_pcm_close(playback);
  capture = playback = NULL;
}

static int openBoth(const char *device) {
  int err = openDirection(&capture, device, SND_PCM_STREAM_CAPTURE);
  if (err >= 0) err = openDirection(&playback, device, SND_PCM_STREAM_PLAYBACK);
  if (err >= 0) return 0;
  refusals++;
  closeBoth();
  return err;
}

static int onePeriod(void) {
  long err = snd_pcm_wait(capture, TIMEOUT_MS);
  if (err < 0) return report("wait", err);
  if (err == 0) return timeouts++, report("wait", -ETIMEDOUT);
  if ((err = snd_pcm_readi(capture, buffer, periodFrames)) < 0) return report("read", err);
  if ((err = snd_pcm_writei(playback, buffer, periodFrames)) < 0) return report("write", err);
  goodPeriods++;
  return 0;
}

static void *watch(void *unused) {
  (void)unused;
  double period = (double)periodFrames / 48000;
  for (double wake = now() + period;; wake += period) {
    struct timespec at = {(time_t)wake, (long)((wake - (double)(time_t)wake) * 1e9)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    if (now() - wake > period / 2) hiccups++;
  }
  return NULL;
}

/* alsa-lib writes a line to stderr for every refused parameter and open; the results are reported here. */
static void quiet(const char *file, int line, const char *function, int err, const char *text, ...) {
  (void)file, (void)line, (void)function, (void)err, (void)text;
}

int main(int argc, char **argv) {
  if (argc != 7) return 2;
  snd_lib_error_set_handler(quiet);
  format = snd_pcm_format_value(argv[2]);
  channels = (unsigned int)atoi(argv[3]);
  periodFrames = (snd_pcm_uframes_t)atoi(argv[4]);
  periods = (unsigned int)atoi(argv[5]);
  double end = now() + atof(argv[6]);
  pthread_t watcher;
  pthread_create(&watcher, NULL, watch, NULL);
  int err = openBoth(argv[1]);
  if (err < 0) return report("open", err), 1;
  err = startBoth();
  while (now() < end) {
    if (err == 0) err = onePeriod();
    if (err == 0) continue;
    if (err == -EPIPE || err == -ESTRPIPE || err == -ETIMEDOUT) {
      restarts++;
      err = startBoth();
      continue;
    }
    closeBoth();
    while ((err = openBoth(argv[1])) < 0 && now() < end) nanosleep(&(struct timespec){0, 20000000}, NULL);
    if (err < 0) break;
    reopens++;
    err = startBoth();
  }
  closeBoth();
  printf("{\"periods\":%ld,\"restarts\":%ld,\"timeouts\":%ld,\"refusals\":%ld,\"reopens\":%ld,\"hiccups\":%ld}\n", goodPeriods, restarts,
         timeouts, refusals, reopens, hiccups);
  return 0;
}
