/* SPDX-License-Identifier: Apache-2.0
 * Copyright The InfraZen authors
 *
 * infrazen/abi/base.h: the types every other header of the connector ABI uses.
 *
 * THE ABI IN ONE PAGE
 *   A connector is a shared library (.so) that exports ONE data symbol, `infrazen_module_v1` (module.h), and carries
 *   one ELF note (note.h). It is loaded by `infrazen-connector-host`, a process that serves exactly one run of one
 *   connection and then exits. The library is never unloaded while the process lives.
 *
 *   Rules that hold for every header in this folder:
 *   - C99 only. No C++ type, exception, bool, long, enum or bit-field crosses. Constants are #defines.
 *   - Every struct that is passed by pointer starts with `uint32_t struct_size`, set by whoever allocates it to
 *     sizeof(the struct as that side was compiled). The other side reads no byte beyond it. Within ABI major 1
 *     members are only ever appended; nothing is removed, reordered or given a new meaning.
 *   - Arrays of structs come with a `stride`, the distance in bytes between two elements: the writer's sizeof.
 *   - A reserved member is written as 0 and not read.
 *   - Text is UTF-8 without a terminating zero, given as pointer and length (iz_str).
 *   - Money and other exact numbers are decimal text (`-?digits[.digits][Ee-?digits]`), with an ISO 4217 code beside.
 *   - Instants are either RFC 3339 text in UTC ("2026-09-01T00:00:00Z") or int64 microseconds since
 *     1970-01-01T00:00:00Z, as the member says.
 *   - Functions return 0 for success, else one of IZ_ERR_*, and then have filled the iz_error they were given.
 *
 *   Thread tags, written before each function:
 *   [run]    only from the thread on which the host called the connector (the run thread).
 *   [any]    from any thread that the connector started, until destroy() returns; concurrently too.
 *   [main]   called by the host on the run thread; the connector need not be re-entrant.
 */
#ifndef INFRAZEN_ABI_BASE_H
#define INFRAZEN_ABI_BASE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The ABI that these headers describe. A host loads a module with the same major and any minor: a module built against
 * a newer minor finds missing services as NULL and unknown members beyond struct_size, and degrades. */
#define IZ_ABI_MAJOR 1u
#define IZ_ABI_MINOR 0u

#if defined(__GNUC__)
#define IZ_EXPORT __attribute__((visibility("default")))
#else
#define IZ_EXPORT
#endif

/* A piece of UTF-8 text or, where a member says so, of bytes.
 * ptr == NULL means null (no value); ptr != NULL with len == 0 means the empty string. They are different values. */
typedef struct iz_str {
    const char *ptr;
    uint64_t    len;
} iz_str;

/* Error classes. The class, not the text, decides what the daemon does next. */
#define IZ_OK               0 /* no error                                                                        */
#define IZ_ERR_TRANSIENT    1 /* may succeed if tried again: network, 5xx, time-out. Retried with back-off.       */
#define IZ_ERR_RATE_LIMITED 2 /* the provider said "later": retried after retry_after_ms, no breaker step.        */
#define IZ_ERR_AUTH         3 /* the credential is wrong, expired or lacks a permission: waits for the operator.  */
#define IZ_ERR_CONFIG       4 /* a setting is wrong: waits for a configuration change.                            */
#define IZ_ERR_PERMANENT    5 /* this request can never succeed: reported, run again at the next interval.        */
#define IZ_ERR_CANCELLED    6 /* the run was cancelled: the answer to a raised cancel flag.                       */
#define IZ_ERR_INTERNAL     7 /* a fault of the connector or the host itself.                                     */

#define IZ_ERROR_MESSAGE_SIZE 1024

/* An error, in memory of the CALLER of the function that may fail. The callee writes it only when it returns non-zero.
 * `message` is one sentence an operator can act on: what failed, where, and what to do. It never holds a secret. It is
 * UTF-8, zero-terminated, and cut at a character boundary if too long. */
typedef struct iz_error {
    uint32_t struct_size;
    uint32_t error_class;    /* IZ_ERR_*                                                            */
    uint32_t http_status;    /* the provider's HTTP status, 0 if none                                */
    uint32_t reserved;
    int64_t  retry_after_ms; /* with IZ_ERR_RATE_LIMITED and IZ_ERR_TRANSIENT; 0 = the host decides  */
    char     message[IZ_ERROR_MESSAGE_SIZE];
} iz_error;

#ifdef __cplusplus
}
#endif
#endif
