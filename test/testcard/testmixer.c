/*
 * A mixer without hardware: an ALSA external control plug-in whose controls stand in a text file, one a line:
 *
 *   NAME|boolean|VALUE[,VALUE]
 *   NAME|integer|VALUE[,VALUE]|MIN|MAX[|DB_MIN|DB_MAX]      (decibels in hundredths, as in SNDRV_CTL_TLVT_DB_MINMAX)
 *
 * What a program sets is written back. alsa-lib makes simple mixer controls of it as it does of a card's.
 */
#include <alsa/asoundlib.h>
#include <alsa/control_external.h>

#define CONTROLS 64
#define CHANNELS 8

struct control { char name[64], type[16]; long value[CHANNELS], min, max; int channels, dbMin, dbMax, hasDb; };
struct mixer { snd_ctl_ext_t ext; char path[512]; struct control controls[CONTROLS]; int count; };

static int load(struct mixer *m) {
  FILE *file = fopen(m->path, "r");
  if (!file) return -ENODEV;
  char line[512];
  m->count = 0;
  while (m->count < CONTROLS && fgets(line, sizeof line, file)) {
    struct control *c = &m->controls[m->count];
    memset(c, 0, sizeof *c);
    char values[128] = "";
    int fields = sscanf(line, "%63[^|]|%15[^|\n]|%127[^|\n]|%ld|%ld|%d|%d", c->name, c->type, values, &c->min, &c->max,
                        &c->dbMin, &c->dbMax);
    if (fields < 3) continue;
    c->hasDb = fields == 7;
    for (char *at = strtok(values, ","); at && c->channels < CHANNELS; at = strtok(NULL, ",")) c->value[c->channels++] = atol(at);
    m->count++;
  }
  fclose(file);
  return 0;
}

static int save(struct mixer *m) {
  FILE *file = fopen(m->path, "w");
  if (!file) return -EIO;
  for (int i = 0; i < m->count; i++) {
    struct control *c = &m->controls[i];
    fprintf(file, "%s|%s|", c->name, c->type);
    for (int n = 0; n < c->channels; n++) fprintf(file, n ? ",%ld" : "%ld", c->value[n]);
    if (!strcmp(c->type, "integer")) fprintf(file, "|%ld|%ld", c->min, c->max);
    if (c->hasDb) fprintf(file, "|%d|%d", c->dbMin, c->dbMax);
    fputc('\n', file);
  }
  return fclose(file) ? -EIO : 0;
}

static int elemCount(snd_ctl_ext_t *ext) { return ((struct mixer *)ext->private_data)->count; }

static int elemList(snd_ctl_ext_t *ext, unsigned int offset, snd_ctl_elem_id_t *id) {
  struct mixer *m = ext->private_data;
  if (offset >= (unsigned int)m->count) return -EINVAL;
  int index = 0;
  for (unsigned int i = 0; i < offset; i++) index += !strcmp(m->controls[i].name, m->controls[offset].name);
  snd_ctl_elem_id_set_interface(id, SND_CTL_ELEM_IFACE_MIXER);
  snd_ctl_elem_id_set_name(id, m->controls[offset].name);
  snd_ctl_elem_id_set_index(id, index);
  return 0;
}

static snd_ctl_ext_key_t findElem(snd_ctl_ext_t *ext, const snd_ctl_elem_id_t *id) {
  struct mixer *m = ext->private_data;
  unsigned int left = snd_ctl_elem_id_get_index(id);
  for (int i = 0; i < m->count; i++)
    if (!strcmp(m->controls[i].name, snd_ctl_elem_id_get_name(id)) && left-- == 0) return i;
  return SND_CTL_EXT_KEY_NOT_FOUND;
}

static int getAttribute(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, int *type, unsigned int *access, unsigned int *count) {
  struct control *c = &((struct mixer *)ext->private_data)->controls[key];
  *type = strcmp(c->type, "boolean") ? SND_CTL_ELEM_TYPE_INTEGER : SND_CTL_ELEM_TYPE_BOOLEAN;
  *access = SND_CTL_EXT_ACCESS_READWRITE | (c->hasDb ? SND_CTL_EXT_ACCESS_TLV_READ | SND_CTL_EXT_ACCESS_TLV_CALLBACK : 0);
  *count = c->channels;
  return 0;
}

static int integerInfo(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *min, long *max, long *step) {
  struct control *c = &((struct mixer *)ext->private_data)->controls[key];
  *min = c->min;
  *max = c->max;
  *step = 1;
  return 0;
}

static int readInteger(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *value) {
  struct control *c = &((struct mixer *)ext->private_data)->controls[key];
  memcpy(value, c->value, c->channels * sizeof *value);
  return 0;
}

static int writeInteger(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, long *value) {
  struct mixer *m = ext->private_data;
  struct control *c = &m->controls[key];
  memcpy(c->value, value, c->channels * sizeof *value);
  int error = save(m);
  return error < 0 ? error : 1;
}

static int readTlv(snd_ctl_ext_t *ext, snd_ctl_ext_key_t key, int op, unsigned int numid, unsigned int *tlv, unsigned int size) {
  (void)numid;
  struct control *c = &((struct mixer *)ext->private_data)->controls[key];
  if (op != 0 || size < 4 * sizeof *tlv) return -ENXIO;
  tlv[0] = SND_CTL_TLVT_DB_MINMAX;
  tlv[1] = 2 * sizeof *tlv;
  tlv[2] = c->dbMin;
  tlv[3] = c->dbMax;
  return 0;
}

static int readEvent(snd_ctl_ext_t *ext, snd_ctl_elem_id_t *id, unsigned int *mask) {
  (void)ext, (void)id, (void)mask;
  return -EAGAIN;
}

static void closeMixer(snd_ctl_ext_t *ext) { free(ext->private_data); }

static const snd_ctl_ext_callback_t CALLBACKS = {
    .close = closeMixer,
    .elem_count = elemCount,
    .elem_list = elemList,
    .find_elem = findElem,
    .get_attribute = getAttribute,
    .get_integer_info = integerInfo,
    .read_integer = readInteger,
    .write_integer = writeInteger,
    .read_event = readEvent,
};

SND_CTL_PLUGIN_DEFINE_FUNC(testmixer) {
  (void)root;
  const char *path = NULL;
  snd_config_iterator_t i, next;
  snd_config_for_each(i, next, conf) {
    snd_config_t *entry = snd_config_iterator_entry(i);
    const char *id;
    if (snd_config_get_id(entry, &id) >= 0 && !strcmp(id, "file")) snd_config_get_string(entry, &path);
  }
  struct mixer *m = path ? calloc(1, sizeof *m) : NULL;
  if (!m) return -EINVAL;
  snprintf(m->path, sizeof m->path, "%s", path);
  int error = load(m);
  m->ext.version = SND_CTL_EXT_VERSION;
  snprintf(m->ext.id, sizeof m->ext.id, "testmixer");
  snprintf(m->ext.driver, sizeof m->ext.driver, "USB-Audio");
  snprintf(m->ext.name, sizeof m->ext.name, "Test mixer");
  snprintf(m->ext.longname, sizeof m->ext.longname, "Test mixer");
  snprintf(m->ext.mixername, sizeof m->ext.mixername, "USB Mixer");
  m->ext.poll_fd = -1;
  m->ext.callback = &CALLBACKS;
  m->ext.private_data = m;
  m->ext.tlv.c = readTlv;
  if (error >= 0) error = snd_ctl_ext_create(&m->ext, name, mode);
  if (error < 0) {
    free(m);
    return error;
  }
  *handlep = m->ext.handle;
  return 0;
}
SND_CTL_PLUGIN_SYMBOL(testmixer);
