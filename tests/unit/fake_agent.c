/* SPDX-License-Identifier: MIT */
/* The agent's parts around a scripted Azure. */
#include "fake_agent.h"
#include "audit.h"
#include "engine_private.h"
#include "log.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

enum { MAX_KEPT = 256 };

static const char configuration[] =
    "{\"identity\": {\"type\": \"client_secret\", \"tenant_id\": \"contoso.onmicrosoft.com\","
    "  \"client_id\": \"99999999-8888-7777-6666-555555555555\","
    "  \"secret_file\": \"/etc/milink/client.secret\"},"
    " \"state_directory\": \"/var/lib/milink\", \"instances\": ["
    "{\"alias\": \"prod\", \"subscription_id\": \"aaaaaaaa-0000-0000-0000-000000000001\","
    "  \"resource_group\": \"rg-prod\", \"managed_instance\": \"mi-prod\","
    "  \"rights\": [\"read\", \"license\", \"failover\", \"forced_failover\", \"lifecycle\","
    "    \"certificate\", \"database\"]},"
    "{\"alias\": \"watched\", \"subscription_id\": \"aaaaaaaa-0000-0000-0000-000000000001\","
    "  \"resource_group\": \"rg-watched\", \"managed_instance\": \"mi-watched\","
    "  \"rights\": [\"read\"]},"
    "{\"alias\": \"careful\", \"subscription_id\": \"aaaaaaaa-0000-0000-0000-000000000001\","
    "  \"resource_group\": \"rg-careful\", \"managed_instance\": \"mi-careful\","
    "  \"rights\": [\"read\", \"failover\"]}]}";

struct fake fake;
static char *kept[MAX_KEPT];
static size_t kept_count;

static bool fetch(struct identity *identity, const struct identity_request *request,
                  struct identity_token *token, struct error *error)
{
    (void)identity;
    text_copy(fake.claims, sizeof fake.claims, request->claims != NULL ? request->claims : "");
    if (fake.token_refused) {
        token->final = true;
        error_set(error, MILINK_IDENTITY_REFUSED, NULL, "made to fail");
        return false;
    }
    snprintf(token->text, sizeof token->text, "token-%d", ++fake.fetches);
    token->lifetime_ms = 3600 * 1000;
    token->refresh_in_ms = 0;
    return true;
}

/* Asked on the engine's thread, which holds its mutex. Without an open operation time stands still;
 * an answer that was posted in the last moment of a wait is for the engine to take first. */
static bool is_idle(void)
{
    static char token[IDENTITY_TOKEN_SIZE];
    const struct engine *engine = fake.agent.engine;
    struct error error = {0};

    if (fake.frozen || engine == NULL || engine->first == NULL || engine->events != NULL ||
        engine->woken || engine->stopping || !fake_http_idle())
        return false;
    /* A token on its way comes from a thread that takes no time. Asked last: without an operation
     * nobody has begun to fetch one. */
    return token_try(fake.setup.tokens, token, &error) != TOKEN_PENDING;
}

void fake_start(void)
{
    struct agent *agent = &fake.agent;
    char why[512] = "";

    agent->store = store_open(fake.journal, why, sizeof why);
    if (agent->store == NULL)
        fail_msg("%s", why);
    if (!audit_open(fake.directory, why, sizeof why))
        fail_msg("%s", why);
    agent->engine = engine_new(agent->setup, agent->store, why, sizeof why);
    if (agent->engine == NULL)
        fail_msg("%s", why);
    fake_clock_leap_at(agent->engine->wake, is_idle);
    /* The thread may have begun a wait before it leapt: it is woken, and met in a wait that leaps.
     */
    for (bool is_there = false, was_woken = false; !is_there; was_woken = true) {
        mutex_lock(agent->engine->mutex);
        is_there = was_woken && !agent->engine->woken;
        if (!was_woken) {
            agent->engine->woken = true;
            condition_signal(agent->engine->wake);
        }
        mutex_unlock(agent->engine->mutex);
    }
}

void fake_stop(void)
{
    fake_clock_leap_at(NULL, NULL);
    engine_stop(fake.agent.engine);
    fake_http_drain(fake.http);
    engine_free(fake.agent.engine);
    audit_close();
    store_close(fake.agent.store);
    fake.agent.engine = NULL;
    fake.agent.store = NULL;
}

int fake_set_up(void **state)
{
    char why[512] = "";
    struct config *config = &fake.setup.config;

    (void)state;
    memset(&fake, 0, sizeof fake);
    fake_clock_set_utc(FAKE_CLOCK_START);
    log_open("/dev/null", LOG_ERROR);
    snprintf(fake.directory, sizeof fake.directory, "/tmp/milink-test-agent-XXXXXX");
    assert_non_null(mkdtemp(fake.directory));
    snprintf(fake.journal, sizeof fake.journal, "%s/journal.db", fake.directory);
    if (!config_parse(configuration, sizeof configuration - 1, config, why, sizeof why))
        fail_msg("%s", why);
    fake.http = fake_http_new();
    fake.identity = (struct identity){.name = "fake", .fetch = fetch};
    fake.setup.http = fake.http;
    fake.setup.identity = &fake.identity;
    fake.setup.tokens = token_cache_new(&fake.identity, config->audience);
    assert_non_null(fake.setup.tokens);
    fake.setup.budget = arm_budget_new();
    assert_non_null(fake.setup.budget);
    fake.setup.arm = (struct arm_client){config, fake.http, fake.setup.tokens, fake.setup.budget};
    atomic_store(&fake.setup.holders, 1);
    fake.agent.setup = &fake.setup;
    fake.agent.mutex = mutex_new();
    assert_non_null(fake.agent.mutex);
    fake.agent.started_ms = clock_utc_ms();
    fake_start();
    return 0;
}

static void clear_result(void)
{
    struct fake_result *result = &fake.result;

    for (size_t row = 0; row < result->rows; row++)
        for (size_t i = 0; i < result->columns.count; i++)
            free(result->cells[row][i]);
    for (size_t i = 0; i < result->info_count; i++)
        free(result->infos[i]);
    memset(result, 0, sizeof *result);
}

static void remove_journal(void)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".copy", ".lock"};
    char name[160];

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(name, sizeof name, "%s%s", fake.journal, endings[i]);
        unlink(name);
    }
    snprintf(name, sizeof name, "%s/audit.jsonl", fake.directory);
    unlink(name);
    snprintf(name, sizeof name, "%s/audit.head", fake.directory);
    unlink(name);
    rmdir(fake.directory);
}

int fake_tear_down(void **state)
{
    size_t unexpected = fake_http_unexpected(fake.http);

    (void)state;
    clear_result();
    if (fake.agent.engine != NULL)
        fake_stop();
    http_client_free(fake.http);
    token_cache_free(fake.setup.tokens);
    arm_budget_free(fake.setup.budget);
    mutex_free(fake.agent.mutex);
    remove_journal();
    log_close();
    while (kept_count > 0)
        free(kept[--kept_count]);
    return unexpected == 0 ? 0 : -1;
}

/* The bytes of hexadecimal digits, until the tear-down. */
static void *keep_bytes(const char *digits, size_t *length)
{
    unsigned char *bytes = calloc(1, strlen(digits) / 2 + 1);

    assert_non_null(bytes);
    assert_true(kept_count < MAX_KEPT);
    kept[kept_count++] = (char *)bytes;
    for (*length = 0; digits[2 * *length] != '\0'; ++*length)
        assert_int_equal(sscanf(digits + 2 * *length, "%2hhx", &bytes[*length]), 1);
    return bytes;
}

static void put_value(struct wire_parameter *parameter, const char *value)
{
    struct wire_value *wire = &parameter->value;

    memset(wire, 0, sizeof *wire);
    if (value == NULL) {
        wire->is_null = true;
    } else if (strcmp(value, "OUTPUT") == 0) {
        wire->type = WIRE_TEXT;
        wire->is_null = parameter->output = true;
    } else if (value[0] == '#' || value[0] == '%') {
        wire->type = value[0] == '#' ? WIRE_INT : WIRE_BIT;
        wire->integer = strtoll(value + 1, NULL, 10);
    } else if (strncmp(value, "0x", 2) == 0) {
        wire->type = WIRE_BINARY;
        wire->bytes = keep_bytes(value + 2, &wire->length);
    } else {
        wire->type = WIRE_TEXT;
        wire->bytes = value;
        wire->length = strlen(value);
    }
}

static void encode(struct buffer *request, const char *procedure, va_list pairs)
{
    static const struct wire_hello hello = {WIRE_VERSION_MIN, WIRE_VERSION_MAX, "1.0.0-dll", 9};
    struct wire_call call = {.procedure = procedure,
                             .procedure_length = strlen(procedure),
                             .deadline_ms = WIRE_DEFAULT_DEADLINE_MS};
    const char *name = NULL;

    while ((name = va_arg(pairs, const char *)) != NULL) {
        struct wire_parameter *parameter = &call.parameters[call.parameter_count++];

        assert_true(call.parameter_count <= WIRE_MAX_PARAMETERS);
        *parameter = (struct wire_parameter){.name = name, .name_length = strlen(name)};
        put_value(parameter, va_arg(pairs, const char *));
    }
    wire_put_hello(request, &hello);
    wire_put_call(request, &call);
    assert_false(request->failed);
}

void fake_encode(struct buffer *request, const char *procedure, ...)
{
    va_list pairs;

    va_start(pairs, procedure);
    encode(request, procedure, pairs);
    va_end(pairs);
}

static char *copy_bytes(const void *bytes, size_t length)
{
    char *text = malloc(length + 1);

    assert_non_null(text);
    memcpy(text, length > 0 ? bytes : "", length);
    text[length] = '\0';
    return text;
}

static void take_columns(struct buffer *payload)
{
    struct wire_columns *columns = &fake.result.columns;

    assert_int_equal(columns->count, 0);
    assert_true(wire_get_columns(payload, columns));
    for (size_t i = 0; i < columns->count; i++)
        text_copy_bytes(fake.result.names[i], sizeof fake.result.names[i], columns->columns[i].name,
                        columns->columns[i].name_length);
}

static void take_row(struct buffer *payload)
{
    struct wire_value values[WIRE_MAX_COLUMNS];
    struct fake_result *result = &fake.result;
    char number[24];

    assert_true(wire_get_row(payload, &result->columns, values));
    assert_true(result->rows < FAKE_MAX_ROWS);
    for (size_t i = 0; i < result->columns.count; i++) {
        const struct wire_column *column = &result->columns.columns[i];

        if (values[i].is_null)
            continue;
        if (column->type == WIRE_TEXT) {
            assert_true(text_units(values[i].bytes, values[i].length) <= column->size);
            assert_true(values[i].length > 0);
            result->cells[result->rows][i] = copy_bytes(values[i].bytes, values[i].length);
        } else if (column->type == WIRE_BINARY) {
            assert_true(values[i].length > 0 && values[i].length <= column->size);
            result->cells[result->rows][i] = calloc(2, values[i].length + 1);
            assert_non_null(result->cells[result->rows][i]);
            for (size_t n = 0; n < values[i].length; n++)
                snprintf(result->cells[result->rows][i] + 2 * n, 3, "%02X",
                         ((const unsigned char *)values[i].bytes)[n]);
        } else {
            snprintf(number, sizeof number, "%lld", (long long)values[i].integer);
            result->cells[result->rows][i] = copy_bytes(number, strlen(number));
        }
    }
    result->rows++;
}

static void take_info(struct buffer *payload)
{
    const char *text = NULL;
    size_t length = 0;

    assert_true(wire_get_info(payload, &text, &length));
    assert_true(fake.result.info_count < FAKE_MAX_INFOS);
    fake.result.infos[fake.result.info_count++] = copy_bytes(text, length);
}

static void take_done(struct buffer *payload)
{
    struct fake_result *result = &fake.result;

    assert_true(wire_get_done(payload, &result->error, &result->outputs));
    assert_true(result->outputs <= REPLY_MAX_OUTPUTS);
    for (size_t i = 0; i < result->outputs; i++) {
        struct wire_output output;

        assert_true(wire_get_output(payload, &output));
        assert_int_equal(output.value.type, WIRE_TEXT);
        result->output_parameter[i] = output.parameter;
        text_copy_bytes(result->output_text[i], sizeof result->output_text[i], output.value.bytes,
                        output.value.length);
    }
    assert_true(buffer_ended(payload));
}

/* INFO*, then COLUMNS ROW*, then DONE: nothing else, and nothing but DONE on failure. */
static void take_frame(uint8_t opcode, uint8_t last, struct buffer *payload)
{
    switch (opcode) {
    case WIRE_INFO:
        assert_true(last == 0 || last == WIRE_INFO);
        take_info(payload);
        break;
    case WIRE_COLUMNS:
        assert_true(last == 0 || last == WIRE_INFO);
        take_columns(payload);
        break;
    case WIRE_ROW:
        assert_true(last == WIRE_COLUMNS || last == WIRE_ROW);
        take_row(payload);
        break;
    case WIRE_DONE:
        take_done(payload);
        if (fake.result.error.number != 0)
            assert_int_equal(last, 0);
        break;
    case WIRE_UNSUPPORTED:
        assert_int_equal(last, 0);
        fake.result.unsupported = true;
        break;
    default: fail_msg("opcode %02x", opcode);
    }
}

static void decode(const struct buffer *answer)
{
    struct buffer frames, payload;
    uint8_t opcode = 0, last = 0;

    buffer_init_view(&frames, answer->data, answer->length);
    while (!buffer_ended(&frames)) {
        const uint8_t *header = buffer_get_bytes(&frames, WIRE_HEADER_SIZE);
        uint32_t length = 0;
        const void *bytes = NULL;

        assert_non_null(header);
        assert_true(last != WIRE_DONE && last != WIRE_UNSUPPORTED);
        assert_true(wire_get_header(header, &opcode, &length));
        bytes = buffer_get_bytes(&frames, length);
        assert_non_null(bytes);
        buffer_init_view(&payload, bytes, length);
        take_frame(opcode, last, &payload);
        last = opcode;
    }
    assert_true(last == WIRE_DONE || last == WIRE_UNSUPPORTED);
}

void fake_dispatch(const void *bytes, size_t length)
{
    const struct dispatch_caller caller = {fake.caller_gone, NULL, "user id 1000"};
    struct buffer answer, request;

    clear_result();
    buffer_init_view(&request, bytes, length);
    buffer_init(&answer, DISPATCH_MAX_ANSWER);
    dispatch(&fake.agent, &request, &caller, &answer);
    assert_false(answer.failed);
    decode(&answer);
    /* The columns' names were views of the answer; fake.result.names are copies. */
    for (size_t i = 0; i < fake.result.columns.count; i++)
        fake.result.columns.columns[i].name = fake.result.names[i];
    buffer_clear(&answer);
}

void fake_ask(const char *procedure, ...)
{
    struct buffer request;
    va_list pairs;

    buffer_init(&request, 4 * WIRE_MAX_PAYLOAD);
    va_start(pairs, procedure);
    encode(&request, procedure, pairs);
    va_end(pairs);
    fake_dispatch(request.data, request.length);
    buffer_clear(&request);
}

const char *fake_cell(size_t row, const char *column)
{
    if (fake.result.error.number != 0)
        fail_msg("no rows: %s", fake.result.error.message);
    assert_true(row < fake.result.rows);
    for (size_t i = 0; i < fake.result.columns.count; i++)
        if (strcmp(fake.result.names[i], column) == 0)
            return fake.result.cells[row][i];
    fail_msg("no column %s", column);
    return NULL;
}

void fake_refused(int32_t number, ...)
{
    const struct error *error = &fake.result.error;
    const char *part = NULL;
    va_list parts;

    if (error->number != number)
        fail_msg("%d and not %d: %s", error->number, number, error->message);
    assert_int_equal(fake.result.rows, 0);
    va_start(parts, number);
    while ((part = va_arg(parts, const char *)) != NULL)
        if (strstr(error->message, part) == NULL)
            fail_msg("'%s' is not in: %s", part, error->message);
    va_end(parts);
}

void fake_answered(size_t rows)
{
    if (fake.result.error.number != 0)
        fail_msg("%d: %s", fake.result.error.number, fake.result.error.message);
    assert_int_equal(fake.result.rows, rows);
}

const char *fake_keep(const char *text)
{
    char *copy = strdup(text);

    assert_non_null(copy);
    assert_true(kept_count < MAX_KEPT);
    kept[kept_count++] = copy;
    return copy;
}
