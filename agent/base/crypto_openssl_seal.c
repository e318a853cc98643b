/* SPDX-License-Identifier: MIT */
/* Authenticated encryption, by OpenSSL. */
#include "crypto_seal.h"

#include "crypto.h"

#include <limits.h>
#include <openssl/evp.h>

bool crypto_seal_bytes(const struct crypto_seal *seal, const void *bytes, size_t length,
                       uint8_t *sealed)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0;
    bool done = false;

    if (context != NULL && length <= INT_MAX && seal->bound_length <= INT_MAX)
        done =
            EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, seal->key, seal->nonce) == 1 &&
            EVP_EncryptUpdate(context, NULL, &written, seal->bound, (int)seal->bound_length) == 1 &&
            EVP_EncryptUpdate(context, sealed, &written, bytes, (int)length) == 1 &&
            EVP_EncryptFinal_ex(context, sealed + length, &written) == 1 &&
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, CRYPTO_TAG_SIZE, sealed + length) ==
                1;
    EVP_CIPHER_CTX_free(context);
    return done;
}

bool crypto_unseal_bytes(const struct crypto_seal *seal, const uint8_t *sealed, size_t length,
                         void *bytes)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t tag[CRYPTO_TAG_SIZE];
    size_t inner = length - CRYPTO_TAG_SIZE;
    int written = 0;
    bool done = false;

    if (context == NULL || length < CRYPTO_TAG_SIZE || inner > INT_MAX ||
        seal->bound_length > INT_MAX)
        goto out;
    for (size_t i = 0; i < sizeof tag; i++)
        tag[i] = sealed[inner + i];
    done = EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, seal->key, seal->nonce) == 1 &&
           EVP_DecryptUpdate(context, NULL, &written, seal->bound, (int)seal->bound_length) == 1 &&
           EVP_DecryptUpdate(context, bytes, &written, sealed, (int)inner) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) == 1 &&
           EVP_DecryptFinal_ex(context, (uint8_t *)bytes + inner, &written) == 1;
    if (!done)
        crypto_wipe(bytes, inner);
out:
    EVP_CIPHER_CTX_free(context);
    return done;
}
