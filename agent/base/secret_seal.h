/* SPDX-License-Identifier: MIT */
/* Sealing a secret so that its file alone is of no use to whoever copies it. */
#ifndef MILINK_AGENT_SECRET_SEAL_H
#define MILINK_AGENT_SECRET_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SECRET_SEALED_SIZE = 4096 + 1024 }; /* longest secret, and what DPAPI adds */

/* Both platforms protect against a copied, restored, swapped or altered file; against somebody who
 * is root or an administrator of the host nothing protects.
 *
 * POSIX: AES-256-GCM with the key in the file "key" of the same directory, made on first use; its
 * first bytes, which are bound too, say the format and which key.
 *
 * Windows: DPAPI with the machine's key, since an administrator sets the secret and the service's
 * account reads it (user scope would bind it to the one that sealed it). Every process of the host
 * could ask DPAPI to open it: what keeps them out is the directory's permissions, that is the
 * reason why these are checked at each reading. */
struct secret_seal {
    const char *directory; /* of the secrets' files */
    const char *name;      /* in lower case; bound, so that files cannot take each other's place */
    uint8_t bytes[SECRET_SEALED_SIZE];
    size_t length;
};

/* Fills bytes. False with a text in why that continues "secret NAME ". */
bool secret_seal_close(struct secret_seal *seal, const char *secret, char *why, size_t why_size);
/* Opens bytes; secret has SECRET_FILE_SIZE bytes and the caller wipes it. False, with secret
 * empty and a text in why as above. */
bool secret_seal_open(const struct secret_seal *seal, char *secret, char *why, size_t why_size);

#endif
