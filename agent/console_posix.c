/* SPDX-License-Identifier: MIT */
/* The console, as a terminal. */
#include "console.h"
#include <sys/ioctl.h>
#include <unistd.h>

enum { USUAL_WIDTH = 80 /* of a terminal that does not tell */ };

char **console_start(int *count, char **arguments)
{
    (void)count;
    return arguments;
}

size_t console_width(FILE *stream)
{
    struct winsize size = {0};

    if (!isatty(fileno(stream)))
        return 0;
    return ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                            : USUAL_WIDTH;
}
