/*
 * Tells when this machine stalled: a real-time thread on each of two processors, above all others, sleeps 250 us at
 * a time; what wakes it much later than that keeps every other thread from running, too. Prints a line for each time:
 * CLOCK_MONOTONIC in ms, processor, ms late. Runs until it is ended.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define STEP_NS 250000LL
#define LATE_NS 500000LL

static long long nowNs(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void *watch(void *argument) {
  long cpu = (long)argument;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
  struct sched_param priority = {.sched_priority = 99};
  if (pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority) != 0) fprintf(stderr, "no real-time priority\n");
  for (long long next = nowNs();;) {
    next += STEP_NS;
    struct timespec t = {next / 1000000000, next % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
    long long now = nowNs();
    if (now - next < LATE_NS) continue;
    printf("%lld %ld %.1f\n", now / 1000000, cpu, (double)(now - next) / 1e6);
    fflush(stdout);
    next = now;
  }
  return NULL;
}

int main(void) {
  pthread_t second;
  printf("watching\n");
  fflush(stdout);
  if (sysconf(_SC_NPROCESSORS_ONLN) > 1) pthread_create(&second, NULL, watch, (void *)1L);
  watch((void *)0L);
}
