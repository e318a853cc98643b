/* SPDX-License-Identifier: MIT */
/* Binds the Open Data Services table to functions of that name in the program: for tests without
 * Windows. */
#include "ods.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct ods_api table;
static const char *lacking;
static bool bound;

static void (*find(void *program, const char *name))(void)
{
    return (void (*)(void))dlsym(program, name);
}

static void bind_once(void)
{
    bound = ods_fill(&table, find, RTLD_DEFAULT, &lacking);
}

const struct ods_api *ods_bind(const char **missing)
{
    pthread_once(&once, bind_once);
    *missing = lacking;
    return bound ? &table : NULL;
}
