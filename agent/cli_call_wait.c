/* SPDX-License-Identifier: MIT */
/* Waiting for an operation's end, through everything that may befall the agent meanwhile. */
#include "cli.h"
#include "cli_call.h"
#include "console.h"
#include "progress.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

enum {
    PATIENCE_MS = 120000, /* how long the agent may be silent: a restart takes seconds */
    PAUSE_MS = 1000,      /* between tries while it is */
    STEP_SECONDS = 1      /* a question waits in the agent: the clock on the terminal goes on */
};

/* An operation that is waited for. */
struct wait {
    struct cli_call *call;
    struct cli_answer *answer;
    uint64_t began_ms, heard_ms; /* clock_monotonic_ms; of the last answer */
    uint64_t until_ms;           /* 0: however long */
    struct progress progress;
    struct wire_call question; /* operation_get, once the id is known */
};

/* The agent restarts, is swamped, or lost the answer: another try finds the same operation. */
static bool may_pass(int32_t number)
{
    switch (number) {
    case MILINK_AGENT_NOT_RUNNING:
    case MILINK_AGENT_TIMED_OUT:
    case MILINK_AGENT_HUNG_UP:
    case MILINK_TRANSPORT_FAILED:
    case MILINK_AGENT_BUSY:
    case MILINK_AGENT_STOPPING: return true;
    default: return false;
    }
}

static const char *state_of(const struct wait *wait)
{
    const char *state = table_cell(&wait->answer->table, 0, "state");

    return state != NULL ? state : "";
}

static bool is_open(const struct wait *wait)
{
    return strcmp(state_of(wait), "Accepted") == 0 || strcmp(state_of(wait), "Running") == 0;
}

static void show(struct wait *wait)
{
    const char *percent = table_cell(&wait->answer->table, 0, "percent_complete");
    const char *detail = table_cell(&wait->answer->table, 0, "detail");
    uint64_t now = clock_monotonic_ms();
    char text[512];

    snprintf(text, sizeof text, "%s%s%s  %llu s%s%s", percent != NULL ? "  " : "",
             percent != NULL ? percent : "", percent != NULL ? " %" : "",
             (unsigned long long)((now - wait->began_ms) / 1000), detail != NULL ? "  " : "",
             detail != NULL ? detail : "");
    progress_show(&wait->progress, now, state_of(wait), text);
}

static void show_silence(struct wait *wait)
{
    uint64_t now = clock_monotonic_ms();
    char text[512];

    snprintf(text, sizeof text, "  %llu s  (%.128s)",
             (unsigned long long)((now - wait->began_ms) / 1000), wait->answer->error.code);
    progress_show(&wait->progress, now, "The agent does not answer", text);
}

/* What is asked next: the write itself, until its operation's id is known. The same request is
 * never carried out twice. */
static const struct wire_call *next_question(struct wait *wait)
{
    static const char procedure[] = "xp_milink_operation_get";
    struct wire_call *question = &wait->question;

    if (wait->answer->operation_id[0] == '\0')
        return &wait->call->request;
    *question = (struct wire_call){.procedure = procedure,
                                   .procedure_length = sizeof procedure - 1,
                                   .deadline_ms = WIRE_DEFAULT_DEADLINE_MS,
                                   .parameter_count = 2};
    question->parameters[0] =
        (struct wire_parameter){.name = "@operation_id",
                                .name_length = 13,
                                .value = {.type = WIRE_TEXT,
                                          .bytes = wait->answer->operation_id,
                                          .length = strlen(wait->answer->operation_id)}};
    question->parameters[1] =
        (struct wire_parameter){.name = "@wait_seconds",
                                .name_length = 13,
                                .value = {.type = WIRE_INT, .integer = STEP_SECONDS}};
    return question;
}

static void ask(struct wait *wait)
{
    struct cli_answer *answer = wait->answer;
    const char *id = NULL;

    cli_call_ask(next_question(wait), answer);
    id = table_cell(&answer->table, 0, "operation_id");
    if (answer->error.number == 0 && id != NULL)
        text_copy(answer->operation_id, sizeof answer->operation_id, id);
    if (!may_pass(answer->error.number))
        wait->heard_ms = clock_monotonic_ms();
    /* Information belongs to the first answer. */
    answer->quiet = answer->quiet || answer->error.number == 0;
}

/* Whether another question makes sense; else in code how it ended, as cli_call_follow returns it.
 */
static bool goes_on(struct wait *wait, bool first, int *code)
{
    struct cli_answer *answer = wait->answer;
    uint64_t now = clock_monotonic_ms();

    *code = CLI_DONE;
    if (cli_call_interrupted(NULL)) {
        *code = CLI_INTERRUPTED;
        return false;
    }
    if (answer->error.number == 0 && !is_open(wait))
        return false;
    /* Before the first answer only what leaves the outcome open is worth a second try. */
    if (answer->error.number != 0 &&
        (!may_pass(answer->error.number) ||
         (first && cli_call_code(answer->error.number, true) != CLI_UNKNOWN)))
        return false;
    if ((answer->error.number != 0 && now - wait->heard_ms >= PATIENCE_MS) ||
        (wait->until_ms != 0 && now >= wait->until_ms))
        *code = CLI_UNKNOWN;
    return *code == CLI_DONE;
}

/* The end of a failed operation is an error, as it is for who waits with @wait_seconds. */
static void take_outcome(struct cli_answer *answer)
{
    const char *number = table_cell(&answer->table, 0, "error_number");
    const char *code = table_cell(&answer->table, 0, "error_code");
    const char *message = table_cell(&answer->table, 0, "error_message");

    if (number == NULL || answer->error.number != 0)
        return;
    answer->is_outcome = true;
    answer->error.number = (int32_t)strtol(number, NULL, 10);
    text_copy(answer->error.code, sizeof answer->error.code, code != NULL ? code : "");
    text_copy(answer->error.message, sizeof answer->error.message,
              message != NULL ? message : "The operation has ended so without a reason.");
}

int cli_call_follow(struct cli_call *call, struct cli_answer *answer)
{
    struct wait wait = {.call = call, .answer = answer, .began_ms = clock_monotonic_ms()};
    bool first = true;
    int code = CLI_DONE;

    wait.heard_ms = wait.began_ms;
    if (call->timeout_s > 0)
        wait.until_ms = wait.began_ms + 1000ull * call->timeout_s;
    progress_init(&wait.progress, call->quiet ? NULL : stderr, console_width(stderr));
    for (ask(&wait); goes_on(&wait, first, &code); ask(&wait)) {
        first = false;
        if (answer->error.number == 0) {
            show(&wait);
            continue;
        }
        show_silence(&wait);
        clock_sleep_ms(PAUSE_MS);
    }
    progress_end(&wait.progress);
    if (code == CLI_DONE)
        take_outcome(answer);
    return code;
}
