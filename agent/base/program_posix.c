/* SPDX-License-Identifier: MIT */
/* Running another program on POSIX: spawned into a process group of its own. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_VARIABLES = 16, END_SLICE_MS = 10 };

/* ---- its environment ---- */

struct environment {
    char *lines[MAX_VARIABLES + 1];
    size_t count;
};

static bool add_variable(struct environment *environment, const char *name)
{
    const char *value = getenv(name);
    size_t size = value != NULL ? strlen(name) + strlen(value) + 2 : 0;
    char *line = NULL;

    if (value == NULL)
        return true;
    if (environment->count == MAX_VARIABLES)
        return false;
    line = malloc(size);
    if (line == NULL)
        return false;
    memcpy(line, name, strlen(name));
    line[strlen(name)] = '=';
    memcpy(line + strlen(name) + 1, value, strlen(value) + 1);
    environment->lines[environment->count++] = line;
    return true;
}

static bool fill_environment(struct environment *environment, const char *const *variables)
{
    static const char *const always[] = {"PATH", "HOME", "LANG", NULL};

    for (size_t i = 0; always[i] != NULL; i++)
        if (!add_variable(environment, always[i]))
            return false;
    for (size_t i = 0; variables != NULL && variables[i] != NULL; i++)
        if (!add_variable(environment, variables[i]))
            return false;
    return true;
}

static void clear_environment(struct environment *environment)
{
    for (size_t i = 0; i < environment->count; i++)
        free(environment->lines[i]);
}

/* ---- starting it ---- */

/* Signals as a program expects them: none blocked, none ignored for our sake. */
static bool set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, ours;

    sigemptyset(&none);
    sigemptyset(&ours);
    sigaddset(&ours, SIGPIPE);
    return posix_spawnattr_setsigmask(attributes, &none) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &ours) == 0 &&
           posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF) == 0;
}

static int spawn_with(const struct program *program, posix_spawn_file_actions_t *actions,
                      posix_spawnattr_t *attributes, int output, pid_t *child)
{
    struct environment environment = {{NULL}, 0};
    int error = ENOMEM;

    if (fill_environment(&environment, program->variables) &&
        posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0) == 0 &&
        posix_spawn_file_actions_adddup2(actions, output, 1) == 0 &&
        posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0) == 0 &&
        posix_spawn_file_actions_addclosefrom_np(actions, 3) == 0 && set_attributes(attributes))
        error = posix_spawnp(child, program->arguments[0], actions, attributes,
                             (char *const *)(uintptr_t)program->arguments, environment.lines);
    clear_environment(&environment);
    return error;
}

/* Its output goes to the pipe's end; 0 or an error number. */
static int spawn(const struct program *program, int output, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);

    if (error != 0)
        return error;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        error = spawn_with(program, &actions, &attributes, output, child);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* ---- its output and its end ---- */

static bool is_over(const struct deadline *deadline)
{
    return deadline_left_ms(deadline) == 0 || deadline_interrupted(deadline);
}

static enum program_result read_output(int input, const struct program *program,
                                       const struct deadline *deadline)
{
    size_t length = 0;

    for (;;) {
        struct pollfd ready = {.fd = input, .events = POLLIN};
        ssize_t taken = 0;

        program->output[length] = '\0';
        if (is_over(deadline))
            return PROGRAM_LATE;
        if (poll(&ready, 1, (int)deadline_slice_ms(deadline)) <= 0)
            continue;
        if (length + 1 == program->output_size)
            return PROGRAM_FAILED;
        taken = read(input, program->output + length, program->output_size - length - 1);
        if (taken == 0)
            return PROGRAM_ENDED;
        if (taken > 0)
            length += (size_t)taken;
        else if (errno != EINTR)
            return PROGRAM_FAILED;
    }
}

/* Output ends before the program does. */
static enum program_result await_end(pid_t child, const struct deadline *deadline, int *code)
{
    int status = 0;

    for (;;) {
        pid_t ended = waitpid(child, &status, WNOHANG);

        if (ended == child)
            break;
        if (ended < 0 && errno != EINTR)
            return PROGRAM_FAILED;
        if (is_over(deadline))
            return PROGRAM_LATE;
        (void)poll(NULL, 0, END_SLICE_MS);
    }
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return PROGRAM_ENDED;
}

static void kill_group(pid_t child)
{
    int status = 0;

    kill(-child, SIGKILL);
    kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
}

enum program_result program_run(const struct program *program, const struct deadline *deadline,
                                int *code)
{
    enum program_result result = PROGRAM_FAILED;
    int ends[2] = {-1, -1}, error = 0;
    pid_t child = 0;

    program->output[0] = '\0';
    if (!program_arguments_are_safe(program) || pipe2(ends, O_CLOEXEC) != 0)
        return PROGRAM_FAILED;
    error = spawn(program, ends[1], &child);
    close(ends[1]);
    if (error == 0) {
        result = read_output(ends[0], program, deadline);
        if (result == PROGRAM_ENDED)
            result = await_end(child, deadline, code);
        if (result != PROGRAM_ENDED)
            kill_group(child);
    } else if (error == ENOENT) {
        result = PROGRAM_NOT_FOUND;
    }
    close(ends[0]);
    return result;
}
