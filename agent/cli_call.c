/* SPDX-License-Identifier: MIT */
/* milink-agent call: a procedure from a shell. */
#include "cli_call.h"
#include "cli.h"
#include "stop_signal.h"
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic bool interrupted;

static void interrupt(void *context)
{
    (void)context;
    atomic_store(&interrupted, true);
}

bool cli_call_interrupted(void *context)
{
    (void)context;
    return atomic_load(&interrupted);
}

static int help(const struct cli_call *call)
{
    if (call->procedure != NULL)
        cli_call_describe(call->procedure, stdout);
    else
        cli_call_list(stdout);
    return CLI_DONE;
}

static int run(struct cli_call *call, struct cli_answer *answer)
{
    const struct stop_signal wishes = {interrupt, interrupt, NULL};
    int awaited = CLI_DONE;

    stop_signal_install(&wishes);
    answer->quiet = call->quiet;
    if (call->wait)
        awaited = cli_call_follow(call, answer);
    else
        cli_call_ask(&call->request, answer);
    if (answer->error.number != 0 && cli_call_interrupted(NULL))
        awaited = CLI_INTERRUPTED;
    stop_signal_remove();
    return cli_call_report(call, answer, awaited);
}

int cli_call(int count, char **arguments)
{
    struct cli_call *call = calloc(1, sizeof *call);
    struct cli_answer *answer = calloc(1, sizeof *answer);
    int code = CLI_FAILED;

    if (call == NULL || answer == NULL) {
        fputs("milink-agent call: memory ran out\n", stderr);
        goto out;
    }
    table_init(&answer->table);
    if (!cli_call_read(call, count, arguments))
        code = CLI_USAGE;
    else
        code = call->help ? help(call) : run(call, answer);
    table_clear(&answer->table);
    cli_call_clear(call);
out:
    free(answer);
    free(call);
    return code;
}
