/* SPDX-License-Identifier: MIT */
/* The wrapped allocators and the loop over the failing ones. */
#include "allocations.h"
#include <dlfcn.h>
#include <string.h>

enum { MAX_SPARED = 8, MAX_ALLOCATIONS = 100000 };

static _Thread_local bool armed;
static size_t made, failing; /* the failing-th allocation fails, from 1; 0: none */
static bool from_then_on, struck;
static const char *spared[MAX_SPARED];
static size_t spared_count;

/* The names that the linker gives to the functions it wraps. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void fault_spare(const char *prefix)
{
    if (spared_count < MAX_SPARED)
        spared[spared_count++] = prefix;
}

static bool is_spared(const void *caller)
{
    Dl_info info;

    if (spared_count == 0 || dladdr(caller, &info) == 0 || info.dli_sname == NULL)
        return false;
    for (size_t i = 0; i < spared_count; i++)
        if (strncmp(info.dli_sname, spared[i], strlen(spared[i])) == 0)
            return true;
    return false;
}

static bool fails(const void *caller)
{
    if (!armed || is_spared(caller))
        return false;
    made++;
    if (failing == 0 || made < failing || (made > failing && !from_then_on))
        return false;
    struck = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __real_realloc(memory, size);
}

/* One run; false when act made fewer allocations than were to be failed. */
static bool run(const struct fault_scenario *scenario, size_t nth)
{
    if (scenario->prepare != NULL)
        scenario->prepare(scenario->context);
    made = 0;
    struck = false;
    failing = nth;
    armed = true;
    scenario->act(scenario->context);
    armed = false;
    scenario->check(scenario->context, struck);
    return struck;
}

size_t fault_each_allocation(const struct fault_scenario *scenario)
{
    size_t whole = 0;

    armed = false; /* a test that failed within act left it so */
    run(scenario, 0);
    whole = made;
    for (int mode = 0; mode < 2; mode++) {
        from_then_on = mode == 1;
        for (size_t nth = 1; nth < MAX_ALLOCATIONS && run(scenario, nth); nth++)
            continue;
    }
    return whole;
}
