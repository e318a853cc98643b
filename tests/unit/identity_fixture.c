/* SPDX-License-Identifier: MIT */
/* The stand-ins for HTTP and the clock, and what each test of the identity starts from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "identity_fixture.h"
#include "secret_store.h"
#include "text.h"

enum { MAX_FILES = 16 };

struct fixture fixture;
const struct fixture_answer fixture_good = {.status = 200, .body = FIXTURE_GOOD};
const struct fixture_answer fixture_unreachable = {.result = HTTP_NOT_SENT};

/* A request that hangs until it is canceled. */
static struct {
    void (*done)(void *context, struct http_answer *answer);
    void *context;
} hanging;

/* ---- deadline.h ---- */

uint64_t clock_monotonic_us(void)
{
    return fixture.now_ms * 1000;
}

uint64_t clock_utc_ms(void)
{
    return FIXTURE_START + fixture.now_ms + (uint64_t)fixture.utc_ahead_ms;
}

void clock_sleep_ms(uint32_t milliseconds)
{
    fixture.now_ms += milliseconds;
    fixture.waited_ms += milliseconds;
}

/* ---- http.h ---- */

static void add_header(struct http_answer *answer, const char *name, const char *value)
{
    size_t length = strlen(name) + 1;
    char *pair = malloc(length + strlen(value) + 1);

    assert_non_null(pair);
    memcpy(pair, name, length);
    memcpy(pair + length, value, strlen(value) + 1);
    answer->headers[answer->header_count++] = (struct http_header){pair, pair + length};
}

/* "Name: value" a line. */
static void add_headers(struct http_answer *answer, const char *lines)
{
    while (lines != NULL && *lines != '\0') {
        size_t name = strcspn(lines, ":"), line = strcspn(lines, "\n");
        char text[2][8192];

        text_copy_bytes(text[0], sizeof text[0], lines, name);
        text_copy_bytes(text[1], sizeof text[1], lines + name + 2, line - name - 2);
        add_header(answer, text[0], text[1]);
        lines += line + (lines[line] == '\n');
    }
}

static void keep(const struct http_request *request)
{
    struct fixture_request *kept = &fixture.log[fixture.requests - 1];

    if (fixture.requests > FIXTURE_ANSWERS)
        return;
    text_copy(kept->url, sizeof kept->url, fixture.url);
    text_copy(kept->method, sizeof kept->method, fixture.method);
    text_copy(kept->body, sizeof kept->body, fixture.body);
    text_copy(kept->headers, sizeof kept->headers, fixture.headers);
    kept->plain_local = request->plain_local;
}

static void record(const struct http_request *request)
{
    fixture.requests++;
    text_copy(fixture.url, sizeof fixture.url, request->url);
    text_copy(fixture.method, sizeof fixture.method, request->method);
    text_copy_bytes(fixture.body, sizeof fixture.body, request->body != NULL ? request->body : "",
                    request->body_length);
    fixture.headers[0] = '\0';
    for (size_t i = 0; i < request->header_count; i++) {
        text_append(fixture.headers, sizeof fixture.headers, request->headers[i].name);
        text_append(fixture.headers, sizeof fixture.headers, ": ");
        text_append(fixture.headers, sizeof fixture.headers, request->headers[i].value);
        text_append(fixture.headers, sizeof fixture.headers, "\n");
    }
    fixture.timeout_ms = request->timeout_ms;
    assert_null(request->bearer);
    keep(request);
}

uint64_t http_start(struct http_client *client, const struct http_request *request,
                    void (*done)(void *context, struct http_answer *answer), void *context)
{
    size_t last = fixture.answer_count - 1;
    size_t index = fixture.requests < last ? fixture.requests : last;
    const struct fixture_answer *scripted = &fixture.answers[index];
    struct http_answer answer = {.result = scripted->result, .status = scripted->status};

    (void)client;
    assert_true(fixture.answer_count > 0);
    record(request);
    if (fixture.before_answer != NULL)
        fixture.before_answer();
    if (scripted->hangs) {
        hanging.done = done;
        hanging.context = context;
        fixture.interrupted = true;
        return 1;
    }
    if (scripted->result == HTTP_ANSWERED) {
        answer.body = strdup(scripted->body != NULL ? scripted->body : "");
        assert_non_null(answer.body);
        answer.body_length = strlen(answer.body);
        if (scripted->retry_after != NULL)
            add_header(&answer, "retry-after", scripted->retry_after);
        add_headers(&answer, scripted->headers);
    } else {
        text_copy(answer.why, sizeof answer.why, "could not connect to login.test");
    }
    done(context, &answer);
    return 1;
}

void http_cancel(struct http_client *client, uint64_t request)
{
    struct http_answer answer = {.result = HTTP_CANCELED};

    (void)client;
    (void)request;
    hanging.done(hanging.context, &answer);
}

/* ---- secret_store.h ---- */

bool __wrap_secret_store_get(const char *directory, const char *name, char secret[SECRET_FILE_SIZE],
                             char *why, size_t why_size);

bool __wrap_secret_store_get(const char *directory, const char *name, char secret[SECRET_FILE_SIZE],
                             char *why, size_t why_size)
{
    bool known = fixture.stored_name != NULL && strcmp(name, fixture.stored_name) == 0;

    assert_string_equal(directory, fixture.directory);
    text_copy(secret, SECRET_FILE_SIZE, known ? fixture.stored_secret : "");
    if (!known)
        snprintf(why, why_size, "is not stored");
    return known;
}

/* ---- for the tests ---- */

static char files[MAX_FILES][128];
static size_t file_count;

const char *fixture_write_file(const char *name, const void *bytes, size_t length)
{
    char wanted[sizeof files[0]], *path = NULL;
    FILE *file = NULL;

    snprintf(wanted, sizeof wanted, "%s/%s", fixture.directory, name);
    for (size_t i = 0; i < file_count; i++)
        if (strcmp(files[i], wanted) == 0)
            path = files[i];
    if (path == NULL) {
        assert_true(file_count < MAX_FILES);
        path = files[file_count++];
        text_copy(path, sizeof files[0], wanted);
    }
    unlink(path);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0600), 0);
    return path;
}

struct identity *fixture_make(const char *type)
{
    identity_free(fixture.identity);
    text_copy(fixture.config.identity.type, sizeof fixture.config.identity.type, type);
    fixture.why[0] = '\0';
    fixture.identity = identity_new(&fixture.config, NULL, true, fixture.why, sizeof fixture.why);
    assert_true(fixture.identity != NULL || fixture.why[0] != '\0');
    return fixture.identity;
}

void fixture_write_secret(const char *bytes, size_t length, unsigned mode)
{
    FILE *file = NULL;

    unlink(fixture.secret_file);
    file = fopen(fixture.secret_file, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(fixture.secret_file, (mode_t)mode), 0);
}

void fixture_script(const struct fixture_answer *answers, size_t count)
{
    assert_true(count <= FIXTURE_ANSWERS);
    memcpy(fixture.answers, answers, count * sizeof *answers);
    fixture.answer_count = count;
    fixture.requests = 0;
    fixture.waited_ms = 0;
}

void fixture_script_one(struct fixture_answer answer)
{
    fixture_script(&answer, 1);
}

const char *fixture_fill(const char *pattern, const char *value)
{
    static char text[8192];
    const char *mark = strchr(pattern, '$');

    text_copy_bytes(text, sizeof text, pattern,
                    mark != NULL ? (size_t)(mark - pattern) : strlen(pattern));
    if (mark != NULL) {
        text_append(text, sizeof text, value);
        text_append(text, sizeof text, mark + 1);
    }
    return text;
}

void fixture_assert_text(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, text);
}

bool fixture_interrupted(void *context)
{
    (void)context;
    return fixture.interrupted ||
           (fixture.interrupt_at_ms > 0 && fixture.now_ms >= fixture.interrupt_at_ms);
}

static void count_trouble(void *context, const struct error *error)
{
    (void)context;
    assert_int_not_equal(error->number, 0);
    fixture.troubles++;
}

bool fixture_fetch(uint32_t milliseconds)
{
    struct deadline deadline = deadline_in(milliseconds);
    const struct identity_request request = {
        .audience = fixture.audience != NULL ? fixture.audience : "https://management.azure.com",
        .claims = fixture.claims,
        .deadline = &deadline,
        .on_trouble = count_trouble};
    bool fetched = false;

    deadline.interrupted = fixture_interrupted;
    memset(&fixture.error, 0, sizeof fixture.error);
    fixture.troubles = 0;
    fetched = fixture.identity->fetch(fixture.identity, &request, &fixture.token, &fixture.error);
    assert_int_equal(fetched, fixture.error.number == 0);
    assert_int_equal(fetched, fixture.token.text[0] != '\0');
    assert_null(strstr(fixture.error.message, "s3cr~t"));
    return fetched;
}

int fixture_set_up(void **state)
{
    struct config_identity *identity = &fixture.config.identity;
    const char *base = getenv("TMPDIR");

    (void)state;
    memset(&fixture, 0, sizeof fixture);
    fixture.now_ms = 1000000;
    snprintf(fixture.directory, sizeof fixture.directory, "%s/milink-XXXXXX",
             base != NULL && strlen(base) < 40 ? base : "/tmp");
    if (mkdtemp(fixture.directory) == NULL)
        return -1;
    snprintf(fixture.secret_file, sizeof fixture.secret_file, "%s/secret", fixture.directory);
    fixture_write_secret(FIXTURE_SECRET "\n", sizeof FIXTURE_SECRET, 0600);
    text_copy(fixture.config.authority, sizeof fixture.config.authority, "https://login.test");
    text_copy(fixture.config.audience, sizeof fixture.config.audience,
              "https://management.azure.com");
    text_copy(fixture.config.state_directory, sizeof fixture.config.state_directory,
              fixture.directory);
    text_copy(identity->tenant_id, sizeof identity->tenant_id, FIXTURE_TENANT);
    text_copy(identity->client_id, sizeof identity->client_id, FIXTURE_CLIENT);
    text_copy(identity->secret_file, sizeof identity->secret_file, fixture.secret_file);
    return fixture_make("client_secret") != NULL ? 0 : -1;
}

int fixture_tear_down(void **state)
{
    (void)state;
    identity_free(fixture.identity);
    unlink(fixture.secret_file);
    while (file_count > 0)
        unlink(files[--file_count]);
    return rmdir(fixture.directory);
}
