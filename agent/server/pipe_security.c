/* SPDX-License-Identifier: MIT */
/* Who may do what with the agent's pipes, and who called. */
#include "pipe_security.h"

#include "endpoint.h"
#include "text.h"

#include <string.h>

bool pipe_services_of(const struct config *config, struct pipe_services *services)
{
    memset(services, 0, sizeof *services);
    for (size_t i = 0; i < config->sql_instance_count; i++) {
        struct pipe_service *service = &services->list[i];

        service_of_instance(config->sql_instances[i], service->name, sizeof service->name);
        if (!service_sid(service->name, service->sid))
            return false;
        services->count++;
    }
    return true;
}

void pipe_holder_of(const struct access_token *token, struct pipe_holder *holder)
{
    bool is_service = strcmp(token->user, MILINK_SERVICE_SID) == 0;

    for (size_t i = 0; i < token->service_count; i++)
        if (token->services[i].may_own && strcmp(token->services[i].sid, MILINK_SERVICE_SID) == 0)
            is_service = true;
    text_copy(holder->owner, sizeof holder->owner, is_service ? MILINK_SERVICE_SID : token->owner);
    text_copy(holder->agent, sizeof holder->agent, is_service ? MILINK_SERVICE_SID : token->user);
}

static void put_entry(char *sddl, const char *rights, const char *sid)
{
    text_append(sddl, PIPE_SDDL_SIZE, "(A;;");
    text_append(sddl, PIPE_SDDL_SIZE, rights);
    text_append(sddl, PIPE_SDDL_SIZE, ";;;");
    text_append(sddl, PIPE_SDDL_SIZE, sid);
    text_append(sddl, PIPE_SDDL_SIZE, ")");
}

bool pipe_sddl(const struct pipe_holder *holder, const struct pipe_services *services,
               char sddl[PIPE_SDDL_SIZE])
{
    text_copy(sddl, PIPE_SDDL_SIZE, "O:");
    text_append(sddl, PIPE_SDDL_SIZE, holder->owner);
    text_append(sddl, PIPE_SDDL_SIZE, "G:");
    text_append(sddl, PIPE_SDDL_SIZE, holder->owner);
    text_append(sddl, PIPE_SDDL_SIZE, "D:P(D;;GA;;;NU)(D;;GA;;;AN)");
    put_entry(sddl, "GA", holder->agent);
    put_entry(sddl, "GA", "SY");
    put_entry(sddl, PIPE_CLIENT_RIGHTS, "BA");
    for (size_t i = 0; i < services->count; i++)
        put_entry(sddl, PIPE_CLIENT_RIGHTS, services->list[i].sid);
    /* A cut text would lock somebody out, or be none. */
    return strlen(sddl) + 1 < PIPE_SDDL_SIZE;
}

/* The name of the service that the token has, or NULL. */
static const char *service_in(const struct access_token *token,
                              const struct pipe_services *services)
{
    for (size_t i = 0; i < services->count; i++) {
        const struct pipe_service *service = &services->list[i];

        if (strcmp(token->user, service->sid) == 0)
            return service->name;
        for (size_t j = 0; j < token->service_count; j++)
            if (strcmp(token->services[j].sid, service->sid) == 0)
                return service->name;
    }
    return NULL;
}

void pipe_caller_text(const struct access_token *token, const struct pipe_services *services,
                      unsigned long process, char *text, size_t size)
{
    const char *service = service_in(token, services);

    text_copy(text, size, "user ");
    text_append(text, size, token->user);
    if (service != NULL) {
        text_append(text, size, ", service ");
        text_append(text, size, service);
    }
    if (process != 0) {
        text_append(text, size, ", process ");
        text_append_number(text, size, (long long)process);
    }
}
