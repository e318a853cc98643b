/* SPDX-License-Identifier: MIT */
/* badagent MODE: listens where the agent would and answers every call wrongly, in the way of the
 * mode. */
#include "listener.h"
#include "modes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALL_MS = 330 * 1000 /* longer than the longest call */ };

static int help(void)
{
    size_t count = 0;
    const struct bad_mode *modes = bad_modes(&count);

    puts("badagent MODE: listens where the agent would (MILINK_SOCKET, or the pipe), prints\n"
         "\"ready\", and answers every call wrongly. Modes, and the error that the caller gets:\n");
    for (size_t i = 0; i < count; i++) {
        if (modes[i].error != 0)
            printf("  %-17s %5d  %s\n", modes[i].name, (int)modes[i].error, modes[i].text);
        else
            printf("  %-17s     -  %s\n", modes[i].name, modes[i].text);
    }
    return 0;
}

static void serve(const struct script *script, struct transport *peer)
{
    struct deadline deadline = deadline_in(CALL_MS);
    struct buffer heard;

    buffer_init(&heard, SCRIPT_MAX_HEARD);
    script_play(script, peer, &deadline, &heard);
    buffer_clear(&heard);
}

/* Callers are served one after the other, for ever. */
static int run(const struct script *script)
{
    struct config *config = calloc(1, sizeof *config);
    struct listener *listener = NULL;
    struct transport peer;
    char why[512] = "memory ran out";

    if (config != NULL)
        listener = listener_open(config, why, sizeof why);
    if (listener == NULL) {
        fprintf(stderr, "badagent: %s\n", why);
        free(config);
        return 1;
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        switch (listener_accept(listener, &peer)) {
        case LISTENER_CONNECTED:
            serve(script, &peer);
            transport_close(&peer);
            break;
        case LISTENER_STOPPED:
            listener_close(listener);
            free(config);
            return 0;
        case LISTENER_FAILED: clock_sleep_ms(1); break;
        }
    }
}

int main(int argc, char **argv)
{
    const struct bad_mode *mode = argc == 2 ? bad_mode_find(argv[1]) : NULL;
    struct script script;
    int result = 1;

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return help();
    if (mode == NULL) {
        fputs("usage: badagent MODE (badagent --help lists them)\n", stderr);
        return 2;
    }
    script_init(&script);
    mode->make(&script);
    if (script.answer.failed)
        fputs("badagent: memory ran out\n", stderr);
    else
        result = run(&script);
    script_clear(&script);
    return result;
}
