/* SPDX-License-Identifier: Apache-2.0
 * Copyright The InfraZen authors
 *
 * infrazen/abi/services.h: the small host services. HTTP and the sink have headers of their own (http.h, sink.h).
 *
 * Every table starts with struct_size and the context its functions take first. Before calling a function that a later
 * minor appended, check that struct_size covers it.
 */
#ifndef INFRAZEN_ABI_SERVICES_H
#define INFRAZEN_ABI_SERVICES_H

#include <infrazen/abi/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- infrazen.config/1 : the connection's settings, validated against the manifest before the run ---------------- */
#define IZ_SERVICE_CONFIG_1 "infrazen.config/1"
typedef struct iz_config_1 {
    uint32_t struct_size;
    uint32_t reserved;
    void    *context;
    /* [any] The settings as one JSON object, defaults filled in. Never holds a secret. Lives as long as the host. */
    iz_str (*json)(void *context);
    /* [any] One top-level setting as text (strings without quotes, others as JSON), or null. Lives as long as the host. */
    iz_str (*get)(void *context, iz_str key);
    /* [any] The connection's immutable id. */
    iz_str (*connection)(void *context);
} iz_config_1;

/* ---- infrazen.secrets/1 : secrets by reference -------------------------------------------------------------------- */
#define IZ_SERVICE_SECRETS_1 "infrazen.secrets/1"
#define IZ_SIGN_HMAC_SHA256  1u
#define IZ_SIGN_RSA_PSS_SHA256 2u /* PS256: the secret is a PEM private key */
#define IZ_SIGN_RSA_SHA256   3u   /* RS256 */
typedef struct iz_secrets_1 {
    uint32_t struct_size;
    uint32_t reserved;
    void    *context;
    /* [any] 1 if the connection has a secret of that name, else 0. */
    int32_t (*has)(void *context, iz_str name);
    /* [any] Signs `data` with the named secret; writes at most `capacity` bytes, sets *length to the full length.
     * IZ_ERR_CONFIG if there is no such secret, it is not a usable key, or capacity is too small. */
    int32_t (*sign)(void *context, iz_str name, uint32_t algorithm, iz_str data, uint8_t *out, uint64_t capacity,
                    uint64_t *length, iz_error *error);
    /* [any] The secret itself. Only if the manifest asks for `reveal` on that name AND the operator granted it; else
     * IZ_ERR_CONFIG saying which is missing. Lives as long as the host; never log it, never put it in a record. */
    int32_t (*reveal)(void *context, iz_str name, iz_str *value, iz_error *error);
} iz_secrets_1;

/* ---- infrazen.files/1 : files the operator granted ----------------------------------------------------------------- */
#define IZ_SERVICE_FILES_1 "infrazen.files/1"
typedef struct iz_file_entry {
    uint32_t struct_size;
    uint32_t reserved;
    iz_str   path;        /* relative to the granted root, '/'-separated, never "." or ".."; a granted single file: its name */
    uint64_t size;        /* bytes                                    */
    int64_t  modified_ns; /* nanoseconds since the epoch              */
    uint64_t inode;       /* changes when a file is replaced by rename */
} iz_file_entry;
typedef struct iz_files_1 {
    uint32_t struct_size;
    uint32_t reserved;
    void    *context;
    /* [any] Lists the regular files below the granted path named by setting `setting`, recursively, sorted by path
     * (bytewise). Calls `visit` for each; a non-zero return stops the listing. Symbolic links are not followed. */
    int32_t (*list)(void *context, iz_str setting, void *user, int32_t (*visit)(void *user, const iz_file_entry *entry),
                    iz_error *error);
    /* [any] Opens one listed path for reading. *fd belongs to the connector, which closes it. */
    int32_t (*open)(void *context, iz_str setting, iz_str path, int32_t *fd, iz_error *error);
} iz_files_1;

/* ---- infrazen.checkpoint/1 : a small blob that survives runs, outside of marks ------------------------------------- */
#define IZ_SERVICE_CHECKPOINT_1 "infrazen.checkpoint/1"
#define IZ_CHECKPOINT_MAX 65536u
typedef struct iz_checkpoint_1 {
    uint32_t struct_size;
    uint32_t reserved;
    void    *context;
    /* [run] The blob saved last for this connection and stream; null if none. A cache (tokens' expiry, ETags): losing it must
     * cost time only, never correctness; what must agree with records belongs into the cursor. */
    iz_str (*load)(void *context);
    /* [run] Replaces the blob, at most IZ_CHECKPOINT_MAX bytes. Durable with the next mark or at the end of the run. */
    int32_t (*save)(void *context, iz_str blob, iz_error *error);
} iz_checkpoint_1;

/* ---- infrazen.log/1 : into the daemon's journal, with the connection's fields --------------------------------------- */
#define IZ_SERVICE_LOG_1 "infrazen.log/1"
#define IZ_LOG_DEBUG   0u
#define IZ_LOG_INFO    1u
#define IZ_LOG_WARNING 2u
#define IZ_LOG_ERROR   3u
typedef struct iz_log_1 {
    uint32_t struct_size;
    uint32_t level; /* the lowest level that is kept: skip building the rest */
    void    *context;
    /* [any] One line, at most 4096 bytes (longer is cut); rate-limited per run; known secrets are masked. */
    void (*write)(void *context, uint32_t level, iz_str message);
} iz_log_1;

/* ---- infrazen.cancel/1 ----------------------------------------------------------------------------------------------- */
#define IZ_SERVICE_CANCEL_1 "infrazen.cancel/1"
typedef struct iz_cancel_1 {
    uint32_t struct_size;
    uint32_t reserved;
    void    *context;
    /* [any] 1 once the run is to end: return IZ_ERR_CANCELLED within 10 s, or be killed. Blocking host calls return
     * IZ_ERR_CANCELLED by themselves. Ask at least once a second in loops of your own. */
    int32_t (*requested)(void *context);
    /* [any] A descriptor that becomes readable when cancelled, for poll(). Owned by the host. */
    int32_t (*fd)(void *context);
} iz_cancel_1;

/* ---- infrazen.clock/1 ------------------------------------------------------------------------------------------------ */
#define IZ_SERVICE_CLOCK_1 "infrazen.clock/1"
typedef struct iz_clock_1 {
    uint32_t struct_size;
    uint32_t reserved;
    void    *context;
    /* [any] Now, microseconds since the epoch, UTC. Frozen or scripted under the test kit: use it, not your own. */
    int64_t (*now_us)(void *context);
    /* [any] Sleeps; returns IZ_ERR_CANCELLED early when the run is cancelled. */
    int32_t (*sleep_ms)(void *context, int64_t milliseconds, iz_error *error);
} iz_clock_1;

/* ---- infrazen.progress/1 ---------------------------------------------------------------------------------------------- */
#define IZ_SERVICE_PROGRESS_1 "infrazen.progress/1"
typedef struct iz_progress_1 {
    uint32_t struct_size;
    uint32_t reserved;
    void    *context;
    /* [any] "Still alive, this far": shown in `infrazen status`, feeds the hang timer. total = 0 if not known.
     * Pushing records, marks and HTTP answers count as progress by themselves. */
    void (*report)(void *context, uint64_t done, uint64_t total, iz_str what);
} iz_progress_1;

#ifdef __cplusplus
}
#endif
#endif
