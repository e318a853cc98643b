/* SPDX-License-Identifier: MIT */
/* A whole agent on files of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "crypto.h"
#include "reload_fixture.h"

void reload_write(const struct reload_fixture *fixture, const char *alias, const char *more)
{
    char next[128];
    FILE *file = NULL;

    snprintf(next, sizeof next, "%s.next", fixture->file);
    file = fopen(next, "w");
    assert_non_null(file);
    fprintf(file,
            "{%s \"identity\": {\"type\": \"imds\"}, \"state_directory\": \"%s\","
            "\"log\": {\"file\": \"/dev/null\"}, \"listen\": {\"socket\": \"%s\"},"
            "\"instances\": [{\"alias\": \"%s\", \"resource_group\": \"rg\","
            "\"subscription_id\": \"00000000-0000-0000-0000-000000000001\","
            "\"managed_instance\": \"mi-%s\", \"rights\": [\"read\"]}]}",
            more, fixture->directory, fixture->socket, alias, alias);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rename(next, fixture->file), 0);
}

int reload_set_up(void **state)
{
    struct reload_fixture *fixture = calloc(1, sizeof *fixture);
    char why[4096] = "";

    assert_true(crypto_start());
    assert_non_null(fixture);
    snprintf(fixture->directory, sizeof fixture->directory, "/tmp/milink-test-reload-XXXXXX");
    assert_non_null(mkdtemp(fixture->directory));
    snprintf(fixture->file, sizeof fixture->file, "%s/agent.json", fixture->directory);
    snprintf(fixture->socket, sizeof fixture->socket, "%s/xp", fixture->directory);
    snprintf(fixture->admin, sizeof fixture->admin, "%s/xp.admin", fixture->directory);
    reload_write(fixture, "first", "");
    if (!agent_open(&fixture->agent, fixture->file, false, why, sizeof why) ||
        !agent_start(&fixture->agent, why, sizeof why))
        fail_msg("%s", why);
    *state = fixture;
    return 0;
}

int reload_tear_down(void **state)
{
    struct reload_fixture *fixture = *state;
    DIR *directory = opendir(fixture->directory);
    struct dirent *entry = NULL;
    char path[512];

    agent_close(&fixture->agent);
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", fixture->directory, entry->d_name);
        unlink(path);
    }
    closedir(directory);
    rmdir(fixture->directory);
    free(fixture);
    return 0;
}
