/* SPDX-License-Identifier: MIT */
/* Shows what statements did, in the words of sqlcmd. */
#include "print.h"
#include "utf.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { LAST_INFORMATION = 10 }; /* the highest severity that is no error */

static void print_message(const struct ods_double_message *message, int line)
{
    char *text = utf_from_wide((const uint8_t *)message->text, message->characters * 2);

    if (message->severity > LAST_INFORMATION)
        printf("Msg %d, Level %u, State 1, Server ODSHOST, Line %d\n", (int)message->number,
               (unsigned)message->severity, line);
    printf("%s\n", text);
    free(text);
}

/* The messages that were sent when so many sets had begun. */
static void print_messages(const struct print_exec *exec, size_t sets_before)
{
    for (size_t i = 0; i < exec->record->message_count; i++) {
        if (exec->record->messages[i].sets_before == sets_before)
            print_message(&exec->record->messages[i], exec->line);
    }
}

static void print_rows_affected(long count)
{
    printf("\n(%ld rows affected)\n", count);
}

static void print_set(enum print_style style, const struct ods_double_set *set)
{
    struct grid grid = grid_of_set(set);

    grid_print(style, &grid);
    if (set->is_done && (set->status & ODS_DONE_COUNT) != 0)
        print_rows_affected(set->count);
    grid_clear(&grid);
}

void print_exec(enum print_style style, const struct print_exec *exec)
{
    if (style == PRINT_JSON) {
        json_exec(exec);
        return;
    }
    print_messages(exec, 0);
    for (size_t i = 0; i < exec->record->set_count; i++) {
        print_set(style, &exec->record->sets[i]);
        print_messages(exec, i + 1);
    }
    if (exec->is_rc_shown && exec->rc != 0)
        printf("(return status = %d)\n", exec->rc);
    if (exec->is_timed)
        printf("Elapsed: %.3f ms\n", (double)exec->elapsed_us / 1000.0);
    fflush(stdout);
}

void print_line(enum print_style style, const char *text)
{
    if (style == PRINT_JSON)
        json_line(text);
    else
        printf("%s\n", text);
    fflush(stdout);
}

void print_select(enum print_style style, const struct grid *grid)
{
    if (style == PRINT_JSON) {
        json_select(grid);
    } else {
        grid_print(style, grid);
        print_rows_affected((long)grid->row_count);
    }
    fflush(stdout);
}

void print_stress(enum print_style style, const struct print_stress *stress)
{
    if (style == PRINT_JSON) {
        json_stress(stress);
    } else {
        printf("%s: %zu calls in %zu threads, %zu failures, %zu misuses\n", stress->procedure,
               stress->calls, stress->threads, stress->failures, stress->misuses);
        printf("p50 %" PRIu32 " us, p99 %" PRIu32 " us, max %" PRIu32 " us, all %.3f ms\n",
               stress->p50_us, stress->p99_us, stress->max_us, (double)stress->elapsed_us / 1000.0);
    }
    fflush(stdout);
}

void print_load_free(enum print_style style, const struct print_load_free *result)
{
    if (style == PRINT_JSON) {
        json_load_free(result);
    } else {
        printf("%s: %s %zu times, %zu failures, %.3f ms\n", result->procedure,
               result->is_real ? "loaded, called and freed" : "called (nothing to load here)",
               result->times, result->failures, (double)result->elapsed_us / 1000.0);
        printf("handles %" PRIu32 " -> %" PRIu32 ", heap bytes %" PRIu64 " -> %" PRIu64 "\n",
               result->handles_before, result->handles_after, result->bytes_before,
               result->bytes_after);
    }
    fflush(stdout);
}
