/* SPDX-License-Identifier: MIT */
/* The clock: realtime read once at the start, monotonic from then on. */
#include "clock.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

static int64_t wall_at_start, monotonic_at_start;
static pthread_mutex_t stop_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t stop_signal;
static bool stopping;

static int64_t read_clock(clockid_t clock)
{
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void clock_start(void)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&stop_signal, &attributes);
    pthread_condattr_destroy(&attributes);
    monotonic_at_start = read_clock(CLOCK_MONOTONIC);
    wall_at_start = read_clock(CLOCK_REALTIME);
}

int64_t clock_now(void)
{
    return wall_at_start + read_clock(CLOCK_MONOTONIC) - monotonic_at_start;
}

bool clock_wait(int64_t ms)
{
    struct timespec until = {0};
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    int rc = 0;
    pthread_mutex_lock(&stop_lock);
    while (!stopping && rc == 0)
        rc = pthread_cond_timedwait(&stop_signal, &stop_lock, &until);
    bool go_on = !stopping;
    pthread_mutex_unlock(&stop_lock);
    return go_on;
}

void clock_stop(void)
{
    pthread_mutex_lock(&stop_lock);
    stopping = true;
    pthread_cond_broadcast(&stop_signal);
    pthread_mutex_unlock(&stop_lock);
}

static void split(int64_t ms, struct tm *parts)
{
    time_t seconds = (time_t)(ms / 1000);
    gmtime_r(&seconds, parts);
}

void clock_print(int64_t ms, char text[CLOCK_TEXT])
{
    struct tm parts;
    char seconds[24] = "";
    split(ms, &parts);
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text, CLOCK_TEXT, "%s.%03" PRId64 "Z", seconds, ms % 1000);
}

void clock_print_http(int64_t ms, char text[CLOCK_TEXT])
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm parts;
    char middle[24] = "";
    split(ms, &parts);
    strftime(middle, sizeof middle, "%Y %H:%M:%S", &parts); /* names by hand: no locale */
    snprintf(text, CLOCK_TEXT, "%.3s, %02d %.3s %s GMT", days + 3 * (parts.tm_wday % 7),
             parts.tm_mday % 100, months + 3 * (parts.tm_mon % 12), middle);
}

void clock_print_compact(int64_t ms, char text[CLOCK_TEXT])
{
    struct tm parts;
    split(ms, &parts);
    strftime(text, CLOCK_TEXT, "%Y%m%dT%H%M%SZ", &parts);
}
