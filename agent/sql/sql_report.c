/* SPDX-License-Identifier: MIT */
/* Reads what sqlcmd printed, asks the other nodes, and prints tables. */
#include "sql_report.h"
#include "endpoint.h"
#include "sql_script.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the answer ---- */

/* The next field up to a bar or the line's end. */
static const char *take_field(const char *at, char *field, size_t size)
{
    const size_t length = strcspn(at, "|\r\n");

    text_copy_bytes(field, size, at, length);
    while (field[0] != '\0' && field[strlen(field) - 1] == ' ')
        field[strlen(field) - 1] = '\0';
    return at + length + (at[length] == '|' ? 1 : 0);
}

static void take_other(char list[SQL_OTHERS_MOST][128], size_t *count, const char *at)
{
    if (*count < SQL_OTHERS_MOST)
        take_field(at, list[(*count)++], 128);
}

bool sql_state_read(const char *output, struct sql_state *state)
{
    char number[16];
    bool found = false;

    memset(state, 0, sizeof *state);
    for (const char *at = output; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n' ? 1 : 0) {
        if (strncmp(at, "milink|", 7) == 0) {
            at = take_field(at + 7, state->host, sizeof state->host);
            at = take_field(at, state->instance, sizeof state->instance);
            at = take_field(at, number, sizeof number);
            at = take_field(at, state->dll, sizeof state->dll);
            state->procedures = (unsigned)strtoul(number, NULL, 10);
            found = true;
        } else if (strncmp(at, "replica|", 8) == 0)
            take_other(state->replicas, &state->replica_count, at + 8);
        else if (strncmp(at, "node|", 5) == 0)
            take_other(state->nodes, &state->node_count, at + 5);
    }
    return found;
}

/* ---- tables ---- */

enum { CELL = 120 };

/* Rows of texts, printed in columns that line up; the last is as long as it is. */
static void print_rows(const char *const *heads, size_t columns, char (*cells)[CELL], size_t rows)
{
    size_t widths[8] = {0};

    for (size_t c = 0; c < columns; c++) {
        widths[c] = strlen(heads[c]);
        for (size_t r = 0; r < rows; r++)
            if (strlen(cells[r * columns + c]) > widths[c])
                widths[c] = strlen(cells[r * columns + c]);
    }
    for (size_t c = 0; c < columns; c++)
        printf("%-*s%s", c + 1 < columns ? (int)widths[c] : 0, heads[c],
               c + 1 < columns ? "  " : "\n");
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            printf("%-*s%s", c + 1 < columns ? (int)widths[c] : 0, cells[r * columns + c],
                   c + 1 < columns ? "  " : "\n");
}

bool sql_report_instances(const struct sql_instance *list, size_t count)
{
    static const char *const heads[] = {"instance", "version", "service",
                                        "state",    "cluster", "edition"};
    char(*cells)[CELL] = calloc(count * 6 + 1, sizeof *cells);

    if (cells == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        text_copy(cells[6 * i], CELL, list[i].name);
        text_copy(cells[6 * i + 1], CELL, list[i].version);
        text_copy(cells[6 * i + 2], CELL, list[i].service);
        text_copy(cells[6 * i + 3], CELL, list[i].running ? "running" : "stopped");
        text_copy(cells[6 * i + 4], CELL, list[i].clustered ? "yes" : "no");
        text_copy(cells[6 * i + 5], CELL, list[i].edition);
    }
    if (count == 0)
        puts("no SQL Server instance on this host");
    else
        print_rows(heads, 6, cells, count);
    free(cells);
    return true;
}

/* ---- nodes ---- */

enum { NODES_MOST = 64, COLUMNS = 6 };

struct sql_nodes {
    const char *dll;
    size_t count;
    bool lacking;
    char cells[NODES_MOST * COLUMNS][CELL]; /* node, files, agent, procedures, version, next */
    char asked[NODES_MOST][128];
    size_t asked_count;
    struct sql_state state;
    char output[SQLCMD_OUTPUT_SIZE];
};

struct sql_nodes *sql_nodes_new(const char *dll)
{
    struct sql_nodes *nodes = calloc(1, sizeof *nodes);

    if (nodes != NULL)
        nodes->dll = dll;
    return nodes;
}

void sql_nodes_free(struct sql_nodes *nodes)
{
    free(nodes);
}

static const char *word(int seen)
{
    return seen > 0 ? "yes" : seen == 0 ? "no" : "?";
}

/* What somebody should do there; empty: nothing. state NULL: a passive node, whose SQL Server is
 * not asked. */
static const char *next_step(const struct sql_state *state, int file, int service, const char *dll)
{
    if (file == 0)
        return "install this version there";
    if (service == 0)
        return "start the service milink-agent there; milink-agent check says what it lacks";
    if (state != NULL && state->procedures == 0)
        return "milink-agent sql register there";
    if (state != NULL && !text_equal(state->dll, dll))
        return "milink-agent sql register there: another DLL is registered";
    if (state != NULL && !text_equal(state->version, MILINK_VERSION))
        return "see what xp_milink_version says there";
    return file < 0 || service < 0 ? "look there: this account may not" : "";
}

static void add_row(struct sql_nodes *nodes, const char *host, const char *node,
                    const struct sql_state *state)
{
    char(*row)[CELL] = &nodes->cells[nodes->count * COLUMNS];
    const int file = node_has_file(host, nodes->dll),
              service = node_has_service(host, MILINK_SERVICE_NAME);
    const char *next = next_step(state, file, service, nodes->dll);

    if (nodes->count == NODES_MOST)
        return;
    nodes->count++;
    text_copy(row[0], CELL, node);
    text_copy(row[1], CELL, word(file));
    text_copy(row[2], CELL, word(service));
    text_copy(row[3], CELL, "(as the active node)");
    if (state != NULL)
        snprintf(row[3], CELL, "%u", state->procedures);
    text_copy(row[4], CELL, state != NULL ? state->version : "");
    text_copy(row[5], CELL, next);
    nodes->lacking = nodes->lacking || next[0] != '\0';
}

/* The first column of xp_milink_version's row. */
static void read_version(const char *output, char *version, size_t size)
{
    size_t length = strspn(output, "0123456789.");

    text_copy(version, size, "-");
    if (length > 0)
        text_copy_bytes(version, size, output, length);
}

static bool ask_server(struct sql_nodes *nodes, struct sqlcmd *sqlcmd, const char *node,
                       const char *server)
{
    struct sql_state *state = &nodes->state;

    for (size_t i = 0; i < nodes->asked_count; i++)
        if (text_equal(nodes->asked[i], node))
            return true;
    if (nodes->asked_count < NODES_MOST)
        text_copy(nodes->asked[nodes->asked_count++], 128, node);
    if (!sqlcmd_run(sqlcmd, server, sql_script_state, nodes->output) ||
        !sql_state_read(nodes->output, state)) {
        fprintf(stderr, "%smilink-agent sql: %s: %s\n", nodes->output, node, sqlcmd->why);
        nodes->lacking = true;
        return false;
    }
    nodes->output[0] = '\0';
    if (state->procedures > 0)
        sqlcmd_run(sqlcmd, server, "SET NOCOUNT ON; EXEC master.dbo.xp_milink_version;",
                   nodes->output);
    read_version(nodes->output, state->version, sizeof state->version);
    add_row(nodes, state->host, node, state);
    /* A passive node has the master of the active one, and needs files and agent of its own. */
    for (size_t i = 0; i < state->node_count; i++)
        add_row(nodes, state->nodes[i], state->nodes[i], NULL);
    return true;
}

bool sql_nodes_add(struct sql_nodes *nodes, struct sqlcmd *sqlcmd, const char *name,
                   const char *server)
{
    struct sql_state *others = calloc(1, sizeof *others);
    bool good = others != NULL && ask_server(nodes, sqlcmd, name, server);

    if (good)
        *others = nodes->state;
    for (size_t i = 0; good && i < others->replica_count; i++)
        good = ask_server(nodes, sqlcmd, others->replicas[i], others->replicas[i]) && good;
    free(others);
    return good;
}

bool sql_nodes_print(const struct sql_nodes *nodes)
{
    static const char *const heads[] = {"node", "files", "agent", "procedures", "version", "next"};

    print_rows(heads, COLUMNS, (char(*)[CELL])nodes->cells, nodes->count);
    return !nodes->lacking;
}
