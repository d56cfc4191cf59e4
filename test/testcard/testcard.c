/*
 * A sound card without hardware: an ALSA external plug-in that is paced in real time by CLOCK_MONOTONIC.
 *
 * Both directions of a card share one file, /dev/shm/testcard-NAME, and in it one clock that counts frames at 48 kHz
 * (plus a drift). A sample written by the program lands in the `played` ring under the number of the card frame at which
 * it sounds; a captured sample is taken from that ring (loop) or from the `fed` ring (wire), which the test fills.
 * control.ts is the other side of the file: it holds the same layout.
 *
 * What it is not: snd_pcm_link is refused by alsa-lib for such plug-ins. Instead two starts of one process that lie
 * within a period are one start, as on a linked card. snd_pcm_avail_update cannot say -ENODEV or -ESTRPIPE here; wait,
 * read, write, avail, prepare, start, hw_params and poll do.
 */
#define _GNU_SOURCE
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define RATE 48000
#define MAGIC 0x44524354u
#define RING_FRAMES (1u << 18)
#define RINGS_OFFSET 4096
/* While the clock stands still nobody can say when to wake: look again after this long. */
#define STALLED_CHECK_NS 2000000000LL

struct clock { int64_t sinceNs; double sinceFrame, framesPerNs; };
struct frame { uint32_t tag; int32_t sample[2]; }; /* tag: low 32 bits of the card frame, else the slot is silent */
struct status {
  uint32_t pid, opens, starts, xruns, suspends, format, channels, periodFrames, bufferFrames, running;
  int64_t startFrame, applFrame, transferred;
};
struct card {
  uint32_t magic, ringFrames, wire, plugs /* odd: unplugged */, refusedFormats, minPeriodBytes, minChannels, maxChannels;
  uint32_t xrunRequests[2], suspendRequests, clockChanges; /* clocks[clockChanges & 1] holds */
  struct clock clocks[2];
  struct status status[2]; /* index: SND_PCM_STREAM_PLAYBACK 0, SND_PCM_STREAM_CAPTURE 1 */
  uint32_t rate /* 0: RATE */, lacks /* bit: direction that is not there */, taps[2] /* channels from 1 on; 0: the first two */;
  uint32_t strays; /* samples other than 0 that were played on channels without a tap */
  uint32_t queued[2]; /* frames that snd_pcm_delay tells beyond the buffer, as drivers with a queue do */
};
_Static_assert(offsetof(struct card, clocks) == 48 && offsetof(struct card, status) == 96, "control.ts has this layout");
_Static_assert(offsetof(struct card, rate) == 224, "control.ts has this layout");
_Static_assert(sizeof(struct status) == 64 && sizeof(struct frame) == 12, "control.ts has this layout");
#define FILE_BYTES (RINGS_OFFSET + 2 * RING_FRAMES * sizeof(struct frame))

struct stream {
  snd_pcm_ioplug_t io;
  struct card *card;
  struct status *status;
  struct frame *fed, *played;
  int32_t (*prefill)[2]; /* written before the start, when its card frames are not known yet */
  uint32_t plugs, xrunRequests, suspendRequests;
  snd_pcm_uframes_t availMin, stopThreshold;
  int64_t timerNs; /* what the timer is set to */
};

/* Bits of refusedFormats. */
static const unsigned int FORMATS[] = {SND_PCM_FORMAT_S16_LE, SND_PCM_FORMAT_S24_3LE, SND_PCM_FORMAT_S32_LE, SND_PCM_FORMAT_S24_LE, SND_PCM_FORMAT_FLOAT_LE, SND_PCM_FORMAT_U8};
#define FORMAT_COUNT (sizeof FORMATS / sizeof *FORMATS)
/* What is heard where there is no tap. */
#define STRAY 0x55555500

static int64_t nowNs(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static struct clock readClock(struct card *card) {
  for (;;) {
    uint32_t before = __atomic_load_n(&card->clockChanges, __ATOMIC_ACQUIRE);
    struct clock clock = card->clocks[before & 1];
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (before == __atomic_load_n(&card->clockChanges, __ATOMIC_RELAXED)) return clock;
  }
}

static int64_t frameNow(struct card *card) {
  struct clock clock = readClock(card);
  return (int64_t)floor(clock.sinceFrame + (double)(nowNs() - clock.sinceNs) * clock.framesPerNs);
}

static int isPlayback(struct stream *s) { return s->io.stream == SND_PCM_STREAM_PLAYBACK; }

static int isPlugged(struct stream *s) { return !(s->plugs & 1) && s->card->plugs == s->plugs; }

/* Time on CLOCK_MONOTONIC at which poll() wakes; 0: never. Setting it is a system call: only where that changes it. */
static void setTimer(struct stream *s, int64_t ns) {
  if (ns == s->timerNs) return;
  s->timerNs = ns;
  struct itimerspec at = {.it_value = {ns / 1000000000, ns % 1000000000}};
  timerfd_settime(s->io.poll_fd, TFD_TIMER_ABSTIME, &at, NULL);
}

/* The next wake-up is the period boundary at which avail_min frames are ready, as the interrupt of a real card is. */
static void armFor(struct stream *s, snd_pcm_uframes_t appl) {
  if (s->io.state != SND_PCM_STATE_RUNNING && s->io.state != SND_PCM_STATE_DRAINING) {
    setTimer(s, s->io.state == SND_PCM_STATE_PREPARED && !isPlayback(s) ? 0 : 1);
    return;
  }
  int64_t position = (int64_t)appl;
  if (s->io.state == SND_PCM_STATE_RUNNING)
    position += (int64_t)s->availMin - (isPlayback(s) ? (int64_t)s->io.buffer_size : 0);
  if (position < 0) position = 0;
  int64_t period = (int64_t)s->io.period_size;
  position = (position + period - 1) / period * period;
  struct clock clock = readClock(s->card);
  if (clock.framesPerNs <= 0) {
    setTimer(s, nowNs() + STALLED_CHECK_NS);
    return;
  }
  double inNs = ((double)(s->status->startFrame + position) - clock.sinceFrame) / clock.framesPerNs;
  setTimer(s, clock.sinceNs + (int64_t)ceil(inNs) + 1);
}

/* Everything before this position of the run is written or read by the program. */
static void account(struct stream *s, snd_pcm_uframes_t appl) {
  int64_t frame = s->status->startFrame + (int64_t)appl;
  s->status->transferred += frame - s->status->applFrame;
  s->status->applFrame = frame;
}

/* The converter stops: what was written and has not sounded yet never will. */
static void halt(struct stream *s) {
  if (s->status->running && isPlayback(s))
    for (int64_t f = frameNow(s->card); f < s->status->applFrame; f++) s->played[f % RING_FRAMES].tag = 0;
  s->status->running = 0;
  setTimer(s, 1);
}

static int prepare(snd_pcm_ioplug_t *io) {
  struct stream *s = io->private_data;
  if (!isPlugged(s)) return -ENODEV;
  halt(s);
  s->xrunRequests = s->card->xrunRequests[io->stream];
  s->suspendRequests = s->card->suspendRequests;
  return 0;
}

static void play(struct stream *s, int64_t frame, const int32_t sample[2]) {
  struct frame *slot = &s->played[frame % RING_FRAMES];
  slot->sample[0] = sample[0];
  slot->sample[1] = sample[1];
  __atomic_store_n(&slot->tag, (uint32_t)frame, __ATOMIC_RELEASE);
}

static int start(snd_pcm_ioplug_t *io) {
  struct stream *s = io->private_data;
  if (!isPlugged(s)) return -ENODEV;
  struct status *other = &s->card->status[!io->stream];
  int64_t frame = frameNow(s->card);
  if (other->running && other->pid == s->status->pid && frame - other->startFrame < (int64_t)io->period_size)
    frame = other->startFrame;
  s->status->startFrame = s->status->applFrame = frame;
  account(s, io->appl_ptr);
  if (isPlayback(s))
    for (snd_pcm_uframes_t i = 0; i < io->appl_ptr; i++) play(s, frame + (int64_t)i, s->prefill[i % io->buffer_size]);
  s->status->starts++;
  s->status->running = 1;
  io->state = SND_PCM_STATE_RUNNING;
  armFor(s, io->appl_ptr);
  return 0;
}

static int stop(snd_pcm_ioplug_t *io) {
  halt(io->private_data);
  return 0;
}

static snd_pcm_sframes_t pointer(snd_pcm_ioplug_t *io) {
  struct stream *s = io->private_data;
  if (io->state != SND_PCM_STATE_RUNNING && io->state != SND_PCM_STATE_DRAINING) return (snd_pcm_sframes_t)io->hw_ptr;
  if (!isPlugged(s) || s->suspendRequests != s->card->suspendRequests) {
    if (isPlugged(s)) s->status->suspends++;
    halt(s);
    snd_pcm_ioplug_set_state(io, isPlugged(s) ? SND_PCM_STATE_SUSPENDED : SND_PCM_STATE_DISCONNECTED);
    return (snd_pcm_sframes_t)io->hw_ptr;
  }
  account(s, io->appl_ptr);
  snd_pcm_sframes_t hw = frameNow(s->card) - s->status->startFrame, appl = (snd_pcm_sframes_t)io->appl_ptr;
  if (io->state == SND_PCM_STATE_DRAINING) return isPlayback(s) ? (hw < appl ? hw : appl) : -EPIPE;
  snd_pcm_sframes_t avail = hw - appl + (isPlayback(s) ? (snd_pcm_sframes_t)io->buffer_size : 0);
  int asked = s->xrunRequests != s->card->xrunRequests[io->stream];
  if (asked || (avail > 0 && (snd_pcm_uframes_t)avail >= s->stopThreshold)) {
    s->status->xruns++;
    halt(s);
    return -EPIPE;
  }
  return hw;
}

static int delay(snd_pcm_ioplug_t *io, snd_pcm_sframes_t *frames) {
  struct stream *s = io->private_data;
  snd_pcm_sframes_t avail = snd_pcm_avail_update(io->pcm);
  if (avail < 0) return (int)avail;
  *frames = (isPlayback(s) ? (snd_pcm_sframes_t)io->buffer_size - avail : avail) + s->card->queued[io->stream];
  return 0;
}

static int32_t load(snd_pcm_format_t format, const uint8_t *p) {
  if (format == SND_PCM_FORMAT_S16_LE) return (int32_t)((uint32_t)p[0] << 16 | (uint32_t)p[1] << 24);
  if (format == SND_PCM_FORMAT_S24_3LE) return (int32_t)((uint32_t)p[0] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 24);
  if (format == SND_PCM_FORMAT_U8) return (int32_t)(((uint32_t)p[0] ^ 0x80u) << 24);
  if (format == SND_PCM_FORMAT_FLOAT_LE) {
    float sample;
    memcpy(&sample, p, 4);
    double scaled = rint((double)sample * 0x1p31);
    return scaled >= 0x1p31 ? INT32_MAX : (int32_t)scaled;
  }
  int32_t value;
  memcpy(&value, p, 4);
  return format == SND_PCM_FORMAT_S24_LE ? (int32_t)((uint32_t)value << 8) : value;
}

/* The fourth byte of S24_LE is 0, whatever the sign. */
static void store(snd_pcm_format_t format, uint8_t *p, int32_t value) {
  if (format == SND_PCM_FORMAT_FLOAT_LE) {
    float sample = (float)((double)value * 0x1p-31);
    memcpy(p, &sample, 4);
    return;
  }
  if (format == SND_PCM_FORMAT_U8) {
    *p = (uint8_t)((uint32_t)value >> 24 ^ 0x80u);
    return;
  }
  if (format == SND_PCM_FORMAT_S24_LE) value = (int32_t)((uint32_t)value >> 8);
  int bytes = format == SND_PCM_FORMAT_S16_LE ? 2 : format == SND_PCM_FORMAT_S24_3LE ? 3 : 4;
  for (int i = 0; i < bytes; i++) p[i] = (uint8_t)((uint32_t)value >> (8 * (4 - bytes + i)));
}

/* Left 0, right 1, neither -1. */
static int sideOf(const struct card *card, unsigned int channel) {
  if (!card->taps[0]) return channel < 2 ? (int)channel : -1;
  return channel + 1 == card->taps[0] ? 0 : channel + 1 == card->taps[1] ? 1 : -1;
}

/* Always at the application pointer; called again for the same frames by alsa-lib's mmap emulation. */
static snd_pcm_sframes_t transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas, snd_pcm_uframes_t offset,
                                  snd_pcm_uframes_t size) {
  struct stream *s = io->private_data;
  if (!isPlugged(s)) return -ENODEV;
  struct frame *source = s->card->wire ? s->fed : s->played;
  for (snd_pcm_uframes_t i = 0; i < size; i++) {
    int64_t frame = s->status->startFrame + (int64_t)(io->appl_ptr + i);
    const struct frame *slot = &source[frame % RING_FRAMES];
    int heard = __atomic_load_n(&slot->tag, __ATOMIC_ACQUIRE) == (uint32_t)frame;
    int32_t sample[2] = {0, 0};
    for (unsigned int c = 0; c < io->channels; c++) {
      uint8_t *p = (uint8_t *)areas[c].addr + (areas[c].first + areas[c].step * (offset + i)) / 8;
      int side = sideOf(s->card, c);
      if (!isPlayback(s)) store(io->format, p, side < 0 ? STRAY : heard ? slot->sample[side] : 0);
      else if (side >= 0) sample[side] = load(io->format, p);
      else if (load(io->format, p)) s->card->strays++;
    }
    if (io->channels == 1) sample[1] = sample[0];
    if (!isPlayback(s)) continue;
    if (s->status->running) play(s, frame, sample);
    else memcpy(s->prefill[(io->appl_ptr + i) % io->buffer_size], sample, sizeof sample);
  }
  int emulatedCapture = !isPlayback(s) && io->access != SND_PCM_ACCESS_RW_INTERLEAVED &&
                        io->access != SND_PCM_ACCESS_RW_NONINTERLEAVED; /* nothing is consumed yet */
  if (emulatedCapture) return (snd_pcm_sframes_t)size;
  if (s->status->running) account(s, io->appl_ptr + size);
  /* The timer is set when somebody is about to wait (pollDescriptors, pollRevents): here it would be once more in vain. */
  return (snd_pcm_sframes_t)size;
}

static int hwParams(snd_pcm_ioplug_t *io, snd_pcm_hw_params_t *params) {
  (void)params;
  struct stream *s = io->private_data;
  if (!isPlugged(s)) return -ENODEV;
  free(s->prefill);
  s->prefill = calloc(io->buffer_size, sizeof *s->prefill);
  if (!s->prefill) return -ENOMEM;
  s->availMin = io->period_size;
  s->stopThreshold = io->buffer_size;
  s->status->format = (uint32_t)io->format;
  s->status->channels = io->channels;
  s->status->periodFrames = (uint32_t)io->period_size;
  s->status->bufferFrames = (uint32_t)io->buffer_size;
  return 0;
}

static int swParams(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *params) {
  struct stream *s = io->private_data;
  snd_pcm_sw_params_get_avail_min(params, &s->availMin);
  snd_pcm_sw_params_get_stop_threshold(params, &s->stopThreshold);
  return 0;
}

/* alsa-lib ignores the result and says 0. The sound was lost in the meantime, so the caller finds an xrun next. */
static int resume(snd_pcm_ioplug_t *io) { return snd_pcm_ioplug_set_state(io, SND_PCM_STATE_XRUN); }

static int pollDescriptors(snd_pcm_ioplug_t *io, struct pollfd *pfd, unsigned int space) {
  if (space < 1) return 0;
  armFor(io->private_data, io->appl_ptr);
  pfd->fd = io->poll_fd;
  pfd->events = POLLIN | POLLERR | POLLNVAL; /* a timerfd is read, whatever the direction */
  return 1;
}

static int pollRevents(snd_pcm_ioplug_t *io, struct pollfd *pfd, unsigned int nfds, unsigned short *revents) {
  (void)pfd, (void)nfds;
  struct stream *s = io->private_data;
  unsigned short ready = isPlayback(s) ? POLLOUT : POLLIN;
  snd_pcm_sframes_t avail = snd_pcm_avail_update(io->pcm);
  if (io->state != SND_PCM_STATE_RUNNING && io->state != SND_PCM_STATE_DRAINING && io->state != SND_PCM_STATE_PREPARED) {
    *revents = ready | POLLERR;
    return 0;
  }
  *revents = avail >= (snd_pcm_sframes_t)s->availMin ? ready : 0;
  if (!*revents) armFor(s, io->appl_ptr);
  return 0;
}

static int closeStream(snd_pcm_ioplug_t *io) {
  struct stream *s = io->private_data;
  halt(s);
  s->status->pid = 0;
  close(io->poll_fd);
  munmap(s->card, FILE_BYTES);
  free(s->prefill);
  free(s);
  return 0;
}

static const snd_pcm_ioplug_callback_t CALLBACKS = {
    .start = start, .stop = stop, .pointer = pointer, .transfer = transfer, .close = closeStream, .hw_params = hwParams,
    .sw_params = swParams, .prepare = prepare, .resume = resume, .poll_descriptors = pollDescriptors,
    .poll_revents = pollRevents, .delay = delay,
};

/* The card's file, made here if the test has not made it. NULL with errno set on failure. */
static struct card *openCard(const char *name) {
  char path[256];
  snprintf(path, sizeof path, "/dev/shm/testcard-%s", name);
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return NULL;
  struct stat info;
  flock(fd, LOCK_EX);
  struct card *card = MAP_FAILED;
  if (!fstat(fd, &info) && (info.st_size >= (off_t)FILE_BYTES || !ftruncate(fd, FILE_BYTES)))
    card = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (card != MAP_FAILED && card->magic != MAGIC) {
    card->ringFrames = RING_FRAMES;
    card->minChannels = 1;
    card->maxChannels = 2;
    card->clocks[0] = (struct clock){nowNs(), RING_FRAMES, RATE / 1e9};
    card->magic = MAGIC;
  }
  flock(fd, LOCK_UN); /* the mapping would keep the lock */
  close(fd);
  return card == MAP_FAILED ? NULL : card;
}

static int constrain(struct stream *s) {
  static const unsigned int ACCESS[] = {SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_RW_NONINTERLEAVED,
                                        SND_PCM_ACCESS_MMAP_INTERLEAVED, SND_PCM_ACCESS_MMAP_NONINTERLEAVED};
  unsigned int formats[FORMAT_COUNT], count = 0;
  for (unsigned int i = 0; i < FORMAT_COUNT; i++)
    if (!(s->card->refusedFormats & 1u << i)) formats[count++] = FORMATS[i];
  unsigned int least = s->card->minPeriodBytes > 64 ? s->card->minPeriodBytes : 64, most = 1024 * 8;
  if (s->card->maxChannels > 2) most = 1024 * 4 * s->card->maxChannels;
  if (most < least) most = least;
  unsigned int rate = s->card->rate ? s->card->rate : RATE;
  if (snd_pcm_ioplug_set_param_list(&s->io, SND_PCM_IOPLUG_HW_ACCESS, 4, ACCESS) < 0 ||
      snd_pcm_ioplug_set_param_list(&s->io, SND_PCM_IOPLUG_HW_FORMAT, count, formats) < 0 ||
      snd_pcm_ioplug_set_param_minmax(&s->io, SND_PCM_IOPLUG_HW_CHANNELS, s->card->minChannels, s->card->maxChannels) < 0 ||
      snd_pcm_ioplug_set_param_minmax(&s->io, SND_PCM_IOPLUG_HW_RATE, rate, rate) < 0 ||
      snd_pcm_ioplug_set_param_minmax(&s->io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, least, most) < 0 ||
      snd_pcm_ioplug_set_param_minmax(&s->io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 2 * least, 8 * most) < 0 ||
      snd_pcm_ioplug_set_param_minmax(&s->io, SND_PCM_IOPLUG_HW_PERIODS, 2, 8) < 0)
    return -EINVAL;
  return 0;
}

SND_PCM_PLUGIN_DEFINE_FUNC(testcard) {
  (void)root;
  const char *cardName = NULL;
  snd_config_iterator_t i, next;
  snd_config_for_each(i, next, conf) {
    snd_config_t *entry = snd_config_iterator_entry(i);
    const char *id;
    if (snd_config_get_id(entry, &id) < 0 || strcmp(id, "card")) continue;
    if (snd_config_get_string(entry, &cardName) < 0) return -EINVAL;
  }
  if (!cardName) return -EINVAL;
  struct card *card = openCard(cardName);
  if (!card) return -errno;
  struct status *status = &card->status[stream];
  if (card->lacks & 1u << stream) return munmap(card, FILE_BYTES), -ENOENT;
  int taken = status->pid && (kill((pid_t)status->pid, 0) == 0 || errno == EPERM);
  struct stream *s = taken || card->plugs & 1 ? NULL : calloc(1, sizeof *s);
  int fd = s ? timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC) : -1;
  if (fd < 0) {
    int err = card->plugs & 1 ? -ENODEV : taken ? -EBUSY : -ENOMEM;
    munmap(card, FILE_BYTES);
    free(s);
    return err;
  }
  struct frame *rings = (struct frame *)((char *)card + RINGS_OFFSET);
  s->card = card, s->status = status, s->fed = rings, s->played = rings + RING_FRAMES, s->plugs = card->plugs;
  s->io.version = SND_PCM_IOPLUG_VERSION;
  s->io.name = "Test card";
  s->io.flags = SND_PCM_IOPLUG_FLAG_MONOTONIC | SND_PCM_IOPLUG_FLAG_BOUNDARY_WA;
  s->io.poll_fd = fd;
  s->io.callback = &CALLBACKS;
  s->io.private_data = s;
  int err = snd_pcm_ioplug_create(&s->io, name, stream, mode);
  if (err < 0) return closeStream(&s->io), err;
  status->pid = (uint32_t)getpid();
  status->opens++;
  status->running = 0;
  err = constrain(s);
  if (err < 0) return snd_pcm_ioplug_delete(&s->io), err;
  *pcmp = s->io.pcm;
  return 0;
}
SND_PCM_PLUGIN_SYMBOL(testcard);
