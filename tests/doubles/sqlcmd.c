/* SPDX-License-Identifier: MIT */
/* A stand-in for Microsoft's sqlcmd: notes how it was called in the file that SQLCMD_DOUBLE_LOG
 * names, and answers with the file SQLCMD_DOUBLE_ANSWERS: lines "SERVER|WHAT|EXIT CODE|TEXT", the
 * first whose server is that of -S and whose WHAT is in the batch; \n in TEXT is a line's end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *option(int count, char **arguments, const char *name)
{
    for (int at = 1; at + 1 < count; at++)
        if (strcmp(arguments[at], name) == 0)
            return arguments[at + 1];
    return "";
}

static void note(int count, char **arguments)
{
    FILE *log = fopen(getenv("SQLCMD_DOUBLE_LOG"), "ab");

    if (log == NULL)
        exit(99);
    for (int at = 1; at < count; at++)
        fprintf(log, "%s\n", arguments[at]);
    fprintf(log, "password %s\n", getenv("SQLCMDPASSWORD") != NULL ? "given" : "none");
    fclose(log);
}

static int answer(char *line)
{
    char *code = strchr(strchr(line, '|') + 1, '|') + 1, *text = strchr(code, '|') + 1;

    for (; *text != '\0' && *text != '\n' && *text != '\r'; text++)
        if (text[0] == '\\' && text[1] == 'n') {
            putchar('\n');
            text++;
        } else
            putchar(*text);
    putchar('\n');
    return atoi(code);
}

int main(int count, char **arguments)
{
    const char *server = option(count, arguments, "-S"), *batch = option(count, arguments, "-Q");
    FILE *answers = NULL;
    char line[4096];

    if (getenv("SQLCMD_DOUBLE_LOG") == NULL || getenv("SQLCMD_DOUBLE_ANSWERS") == NULL)
        return 99;
    note(count, arguments);
    answers = fopen(getenv("SQLCMD_DOUBLE_ANSWERS"), "rb");
    while (answers != NULL && fgets(line, sizeof line, answers) != NULL) {
        char *bar = strchr(line, '|'), *second = bar != NULL ? strchr(bar + 1, '|') : NULL;
        char what[256] = "";

        if (second == NULL || second - bar > 250 || strncmp(line, server, strlen(server)) != 0 ||
            line[strlen(server)] != '|')
            continue;
        memcpy(what, bar + 1, (size_t)(second - bar - 1));
        if (strstr(batch, what) != NULL)
            return answer(line);
    }
    printf("no answer for %s\n", server);
    return 98;
}
