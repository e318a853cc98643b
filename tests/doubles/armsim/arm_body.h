/* SPDX-License-Identifier: MIT */
/* Reading the bodies of writes. Each function that says no has answered the call with code. */
#ifndef MILINK_ARMSIM_ARM_BODY_H
#define MILINK_ARMSIM_ARM_BODY_H

#include "arm.h"
#include "write.h"

/* The body as a JSON object, or NULL. New. */
cJSON *arm_read_body(struct call *call, const char *code);
/* Refuses every member of an object but those named (the list ends with NULL). */
bool arm_only_members(struct call *call, const char *code, const cJSON *object,
                      const char *const *names);
/* The object "properties" of a body. */
bool arm_properties(struct call *call, const char *code, const cJSON *body,
                    const cJSON **properties);
/* The index of a member's value in choices; -1 when it is absent; -2 after a refusal. names: the
 * member, and how a message calls it. */
int arm_member_choice(struct call *call, const char *code, const cJSON *object,
                      const char *const names[2], const char *const *choices);
/* As arm_member_choice, for a member that must be there. */
int arm_required_choice(struct call *call, const char *code, const cJSON *object,
                        const char *const names[2], const char *const *choices);
/* A string that must be there and not empty, borrowed; or NULL. */
const char *arm_member_text(struct call *call, const char *code, const cJSON *object,
                            const char *name);
/* A whole number from 0 on; -1 when it is absent; -2 after a refusal. */
int64_t arm_member_number(struct call *call, const cJSON *object, const char *name);
/* tags (may be NULL) is an object of strings. */
bool arm_tags_are_texts(struct call *call, const cJSON *tags);
void arm_refuse(struct call *call, const struct refusal *refusal);

#endif
