/* SPDX-License-Identifier: MIT */
/* Parsing a script, and running it against the control plane. */
#include "script.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "control.h"

enum { SECONDS_MOST = 86400 };

struct event {
    int64_t at_ms;
    char *text; /* the line after the time, as it is told */
    char *path; /* of the control plane; NULL: it is only told */
    char *body;
};

struct script {
    struct sim *sim;
    struct event *events;
    size_t count;
    bool running;
    pthread_t thread;
};

/* One line while it is read. */
struct line {
    struct script *script;
    char *rest; /* what is still to be read */
    struct event event;
    struct field_error *error;
};

static bool fail(struct line *line, const char *what)
{
    snprintf(line->error->text, sizeof line->error->text, "%s", what);
    return false;
}

/* Cuts off the next word; empty at the end. */
static char *next_word(struct line *line)
{
    char *word = line->rest;
    line->rest += strcspn(line->rest, " \t");
    if (*line->rest)
        *line->rest++ = '\0';
    line->rest += strspn(line->rest, " \t");
    return word;
}

static bool read_time(struct line *line)
{
    const struct script *script = line->script;
    const char *word = next_word(line);
    char *end = NULL;
    double seconds = isdigit((unsigned char)*word) ? strtod(word, &end) : -1;
    if (!end || *end || !(seconds >= 0 && seconds <= SECONDS_MOST) ||
        strspn(word, "0123456789.") != strlen(word))
        return fail(line, "a line begins with a number of seconds from 0 to 86400");
    line->event.at_ms = (int64_t)(seconds * 1000 + 0.5);
    if (script->count > 0 && line->event.at_ms < script->events[script->count - 1].at_ms)
        return fail(line, "it is earlier than the line before it");
    return true;
}

/* The object that the rest of the line is; NULL after an error. New. */
static cJSON *read_json(struct line *line)
{
    cJSON *json = cJSON_ParseWithOpts(line->rest, NULL, 1);
    if (!cJSON_IsObject(json)) {
        fail(line, "a JSON object must follow, and nothing after it");
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

/* The path of a control call on a named thing, its name percent-encoded. New. */
static char *path_of(const char *folder, const char *name)
{
    char *hex = text_hex(name, strlen(name), true);
    char *path = text_memory(strlen(folder) + 3 * strlen(name) + 8, 1);
    size_t used = (size_t)snprintf(path, strlen(folder) + 8, "/_sim/%s/", folder);
    for (size_t i = 0; hex[i]; i += 2) {
        path[used++] = '%';
        path[used++] = hex[i];
        path[used++] = hex[i + 1];
    }
    free(hex);
    return path;
}

static bool read_link(struct line *line)
{
    struct model *model = &line->script->sim->model;
    const char *name = next_word(line);
    const struct link *link = NULL;
    for (size_t i = 0; !link && i < model->scenario.instances.count; i++)
        link = model_link(model->scenario.instances.items[i], name, true);
    if (!link)
        return fail(line, "the scenario has no link of this name");
    cJSON *json = read_json(line);
    bool good = json && fields_try(&link_fields, link, json, line->error);
    line->event.path = path_of("link", name);
    cJSON_Delete(json);
    return good;
}

static bool read_instance(struct line *line)
{
    const char *name = next_word(line);
    const struct instance *instance = model_instance(&line->script->sim->model, NULL, NULL, name);
    if (!instance)
        return fail(line, "the scenario has no instance of this name");
    cJSON *json = read_json(line);
    bool good = json && fields_try(&instance_fields, instance, json, line->error);
    if (good && cJSON_GetObjectItemCaseSensitive(json, "links"))
        good = fail(line, "links are changed by the verb link");
    line->event.path = path_of("instance", name);
    cJSON_Delete(json);
    return good;
}

static bool read_fault(struct line *line)
{
    struct fault *fault = text_memory(1, sizeof *fault);
    cJSON *json = read_json(line);
    bool good = json && fields_read(&fault_fields, json, fault, false, line->error) &&
                fault_check(fault, line->error);
    line->event.path = text_copy("/_sim/fault");
    fields_clear(&fault_fields, fault);
    free(fault);
    cJSON_Delete(json);
    return good;
}

static bool read_timing(struct line *line)
{
    cJSON *json = read_json(line);
    bool good = json && fields_try(&timing_fields, &line->script->sim->model.scenario.timing, json,
                                   line->error);
    line->event.path = text_copy("/_sim/timing");
    cJSON_Delete(json);
    return good;
}

static bool read_identity(struct line *line)
{
    cJSON *json = read_json(line);
    bool good = json && fields_try(&identity_fields, &line->script->sim->model.scenario.identity,
                                   json, line->error);
    line->event.path = text_copy("/_sim/identity");
    cJSON_Delete(json);
    return good;
}

static bool read_permissions(struct line *line)
{
    struct scenario *scratch = text_memory(1, sizeof *scratch);
    cJSON *json = read_json(line);
    bool good = json && permissions_replace(scratch, json, line->error);
    line->event.path = text_copy("/_sim/permissions");
    scenario_clear(scratch);
    free(scratch);
    cJSON_Delete(json);
    return good;
}

static bool read_load(struct line *line)
{
    const char *word = next_word(line);
    bool on = strcmp(word, "on") == 0;
    if ((!on && strcmp(word, "off") != 0) || *line->rest)
        return fail(line, "load takes on or off, and nothing more");
    line->event.path = text_copy("/_sim/load");
    line->event.body = text_format("{\"load\":%s}", on ? "true" : "false");
    return true;
}

static bool read_reset(struct line *line)
{
    line->event.path = text_copy("/_sim/reset-faults");
    return !*line->rest || fail(line, "reset-faults takes nothing");
}

static bool read_say(struct line *line)
{
    return *line->rest || fail(line, "say what?");
}

static bool read_event(struct line *line)
{
    static const struct {
        const char *name;
        bool (*read)(struct line *line);
    } verbs[] = {
        {"say", read_say},
        {"link", read_link},
        {"instance", read_instance},
        {"fault", read_fault},
        {"timing", read_timing},
        {"identity", read_identity},
        {"load", read_load},
        {"permissions", read_permissions},
        {"reset-faults", read_reset},
    };
    if (!read_time(line))
        return false;
    line->event.text = text_copy(line->rest);
    const char *verb = next_word(line);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, verb) == 0) {
            bool good = verbs[i].read(line);
            if (good && line->event.path && !line->event.body)
                line->event.body = text_copy(*line->rest ? line->rest : "{}");
            return good;
        }
    return fail(line, "no such verb; there are say, link, instance, fault, timing, identity, load, "
                      "permissions and reset-faults");
}

static void clear_event(struct event *event)
{
    free(event->text);
    free(event->path);
    free(event->body);
}

/* Reads a line of length bytes; one without an event is left out. */
static bool add_line(struct script *script, const char *bytes, size_t length,
                     struct field_error *error)
{
    char *copy = text_copy_bytes(bytes, length);
    while (length > 0 && isspace((unsigned char)copy[length - 1]))
        copy[--length] = '\0';
    struct line line = {.script = script, .rest = copy, .error = error};
    line.rest += strspn(copy, " \t");
    bool silent = !*line.rest || *line.rest == '#';
    bool good = silent || read_event(&line);
    if (good && !silent) {
        script->events = text_grow(script->events, script->count + 1, sizeof *script->events);
        script->events[script->count++] = line.event;
    } else {
        clear_event(&line.event);
    }
    free(copy);
    return good;
}

struct script *script_parse(struct sim *sim, const char *text, struct field_error *error)
{
    struct script *script = text_memory(1, sizeof *script);
    script->sim = sim;
    for (size_t number = 1; *text; number++) {
        size_t length = strcspn(text, "\n");
        if (!add_line(script, text, length, error)) {
            char *inside = text_copy(error->text);
            snprintf(error->text, sizeof error->text, "line %zu: %s", number, inside);
            free(inside);
            script_free(script);
            return NULL;
        }
        text += length + (text[length] == '\n');
    }
    return script;
}

static void tell(const struct event *event, const char *problem)
{
    const char *text = event->text;
    if (strncmp(text, "say", 3) == 0 && !event->path)
        text += 3 + strspn(text + 3, " \t");
    printf("%7.1f s  %s%s%s\n", (double)event->at_ms / 1000, text,
           problem ? "\n           refused: " : "", problem ? problem : "");
    fflush(stdout);
}

static void perform(struct script *script, const struct event *event)
{
    if (!event->path) {
        tell(event, NULL);
        return;
    }
    struct answer answer = {0};
    struct request *request = request_new(event->path);
    request->method = text_copy("POST");
    request_add_body(request, event->body, strlen(event->body));
    control_answer(script->sim, request, &answer);
    tell(event, answer.status == 200 ? NULL : answer.body);
    answer_clear(&answer);
    request_free(request);
}

static void *run(void *context)
{
    struct script *script = context;
    int64_t begun = clock_now();
    for (size_t i = 0; i < script->count; i++) {
        int64_t wait = begun + script->events[i].at_ms - clock_now();
        if (wait > 0 && !clock_wait(wait))
            return NULL;
        perform(script, &script->events[i]);
    }
    puts("the script is at its end; armsim goes on");
    fflush(stdout);
    return NULL;
}

void script_start(struct script *script)
{
    script->running = pthread_create(&script->thread, NULL, run, script) == 0;
}

void script_free(struct script *script)
{
    if (!script)
        return;
    if (script->running)
        pthread_join(script->thread, NULL);
    for (size_t i = 0; i < script->count; i++)
        clear_event(&script->events[i]);
    free(script->events);
    free(script);
}
