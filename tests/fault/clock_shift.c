/* SPDX-License-Identifier: MIT */
/* Preloaded into a program: sets its wall clock, by the milliseconds that a file holds at the
 * moment. The time that TLS judges certificates by (time()) stays, and so does the monotonic clock.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t read_shift(void)
{
    const char *path = getenv("CLOCK_SHIFT_FILE");
    int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    char text[24] = "";

    if (file < 0)
        return 0;
    if (read(file, text, sizeof text - 1) < 0)
        text[0] = '\0';
    close(file);
    return strtoll(text, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    int64_t shift = result == 0 && clock == CLOCK_REALTIME ? read_shift() : 0;

    time->tv_sec += (time_t)(shift / 1000);
    return result;
}
