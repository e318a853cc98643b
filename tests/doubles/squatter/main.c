/* SPDX-License-Identifier: MIT */
/* squatter: takes the agent's place before the agent does, answers like an agent, and tells how
 * much each caller said to it: nothing, if the caller looks first. */
#include "script.h"
#include "squat.h"
#include "wire.h"
#include <stdio.h>
#include <string.h>

enum { CALL_MS = 10000, RESULT_USAGE = 2 };

static const char usage[] =
    "squatter [--owner SID|UID] [--single]: listens in the agent's place (MILINK_SOCKET, or the "
    "pipe), open to everybody,\nprints \"ready\", answers every call as done, and prints \"heard N "
    "bytes\" for each caller.\n  --owner   who owns the place: a SID on Windows, a user id on "
    "POSIX "
    "(as root); else who runs this\n  --single  a pipe that has room for one connection alone\n";

static bool make_answer(struct script *script)
{
    static const struct error none;

    script_init(script);
    script->end = SCRIPT_WAIT;
    wire_put_info(&script->answer, "this is the squatter");
    wire_put_done(&script->answer, &none, NULL, 0);
    return !script->answer.failed;
}

static void serve(const struct script *script, struct transport *caller)
{
    struct deadline deadline = deadline_in(CALL_MS);
    struct buffer heard;

    buffer_init(&heard, SCRIPT_MAX_HEARD);
    script_play(script, caller, &deadline, &heard);
    printf("heard %zu bytes\n", heard.length);
    fflush(stdout);
    buffer_clear(&heard);
}

int main(int argc, char **argv)
{
    const char *owner = NULL;
    bool single = false;
    struct script script;
    struct transport caller;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--owner") == 0 && i + 1 < argc) {
            owner = argv[++i];
        } else if (strcmp(argv[i], "--single") == 0) {
            single = true;
        } else {
            bool help = strcmp(argv[i], "--help") == 0;

            fputs(usage, help ? stdout : stderr);
            return help ? 0 : RESULT_USAGE;
        }
    }
    if (!make_answer(&script) || !squat_open(owner, single))
        return 1;
    puts("ready");
    fflush(stdout);
    while (squat_accept(&caller)) {
        serve(&script, &caller);
        transport_close(&caller);
    }
    script_clear(&script);
    return 1;
}
