/* SPDX-License-Identifier: MIT */
/* How the tables of a scenario's keys are written. */
#ifndef MILINK_ARMSIM_KEYS_H
#define MILINK_ARMSIM_KEYS_H

#include "fields.h"

/* One line a key: name, type, struct, member, default, then what the type needs. */
#define KEY(kind_, owner_, name_, member_, ...)                                                   \
    {                                                                                             \
        .name = (name_), .type = (kind_), .offset = offsetof(struct owner_, member_), __VA_ARGS__ \
    }
#define TEXT(owner, name, default_) KEY(FIELD_TEXT, owner, #name, name, .otherwise = (default_))
#define NUMBER(owner, name, default_, least_, most_) \
    KEY(FIELD_INT, owner, #name, name, .otherwise = (default_), .least = (least_), .most = (most_))
#define TRUTH(owner, name, default_) KEY(FIELD_BOOL, owner, #name, name, .otherwise = (default_))
#define CHOICE(owner, name, list_, default_) \
    KEY(FIELD_CHOICE, owner, #name, name, .otherwise = (default_), .choices = (list_))
#define TABLE(name_, owner_)                                                                      \
    {                                                                                             \
        .list = (name_), .count = sizeof(name_) / sizeof(name_)[0], .size = sizeof(struct owner_) \
    }

#endif
