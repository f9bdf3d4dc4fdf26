/* SPDX-License-Identifier: Apache-2.0
 * Copyright The InfraZen authors
 *
 * infrazen/abi/module.h: what a connector exports, and how the host drives it.
 *
 * LIFE OF A RUN (all on the run thread)
 *   dlopen → infrazen_module_v1 → connector->create(host) → sync(request) | check(request) | an extension
 *          → destroy → the process exits.
 *   sync() is called once per process, for one stream. create() must be cheap: it reads settings, it opens nothing.
 */
#ifndef INFRAZEN_ABI_MODULE_H
#define INFRAZEN_ABI_MODULE_H

#include <infrazen/abi/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The host, as the connector sees it. Valid until destroy() returns. */
typedef struct iz_host {
    uint32_t struct_size;
    uint32_t abi_minor; /* the host's IZ_ABI_MINOR */
    void    *context;   /* pass back, never look inside */

    /* [any] The table of a service by id ("infrazen.http/1", see service headers), or NULL when this host does not have
     * it or the operator did not grant it. The table lives as long as the host. */
    const void *(*service)(void *context, iz_str id);
} iz_host;

/* Streams. A connector names those it has in its manifest. */
#define IZ_STREAM_INVENTORY  "inventory"
#define IZ_STREAM_COSTS      "costs"
#define IZ_STREAM_METRICS    "metrics"
#define IZ_STREAM_LOGS       "logs"
#define IZ_STREAM_COMPONENTS "components"
#define IZ_STREAM_PRICES     "prices"
#define IZ_STREAM_RATES      "rates"
#define IZ_STREAM_BALANCE    "balance"
#define IZ_STREAM_DOCUMENTS  "documents"

/* How much is asked for. */
#define IZ_SYNC_INCREMENTAL 0u /* from the cursor on; an empty cursor means from the beginning               */
#define IZ_SYNC_FULL        1u /* everything again, whatever the cursor says; marks still move the cursor     */
#define IZ_SYNC_TARGETED    2u /* only `targets`; never retires by absence; the cursor is left as it was      */

/* One thing to look at in a targeted sync. */
typedef struct iz_target {
    iz_str resource_type; /* as the connector emits it; null = any      */
    iz_str external_id;   /* the provider's id                           */
} iz_target;

typedef struct iz_sync_request {
    uint32_t         struct_size;
    uint32_t         mode;          /* IZ_SYNC_*                                                                  */
    iz_str           stream;        /* one of the manifest's streams                                              */
    iz_str           cursor;        /* bytes of the last committed mark of this stream; len 0 on the first run     */
    int64_t          since_us;      /* back-fill: the window asked for, [since, until), in microseconds; both 0 =  */
    int64_t          until_us;      /* none asked for                                                             */
    const iz_target *targets;       /* with IZ_SYNC_TARGETED                                                      */
    uint32_t         target_count;
    uint32_t         target_stride;
} iz_sync_request;

/* One verdict of check(): a credential, permission, host or file, tried for real. */
#define IZ_CHECK_PASSED  0u
#define IZ_CHECK_FAILED  1u
#define IZ_CHECK_SKIPPED 2u

typedef struct iz_check_result {
    uint32_t struct_size;
    uint32_t verdict;  /* IZ_CHECK_*                                                       */
    iz_str   subject;  /* what was tried: "permission billing.accounts.getUsage", "file X"  */
    iz_str   detail;   /* what came back, and what to do if it failed                       */
} iz_check_result;

typedef struct iz_check_request {
    uint32_t struct_size;
    uint32_t reserved;
    void    *context;
    /* [run] Reports one verdict; the strings are copied. */
    void (*report)(void *context, const iz_check_result *result);
} iz_check_request;

/* The connector's functions. `self` is what create() returned. No function may throw or longjmp across. */
typedef struct iz_connector {
    uint32_t struct_size;
    uint32_t reserved;

    /* [main] Makes an instance, or returns NULL with *error filled (IZ_ERR_CONFIG for a bad setting). */
    void *(*create)(const iz_host *host, iz_error *error);

    /* [main] Runs one stream to its end: pushes records and marks through infrazen.sink/1. Returns 0 when everything was
     * delivered. What was pushed after the last mark is discarded by the daemon, whatever is returned. */
    int32_t (*sync)(void *self, const iz_sync_request *request, iz_error *error);

    /* [main] `infrazen connection test`: tries each credential, permission and host and reports each. May be NULL. */
    int32_t (*check)(void *self, const iz_check_request *request, iz_error *error);

    /* [main] Ends the instance: its threads have ended when this returns. */
    void (*destroy)(void *self);

    /* [any] A table of an optional extension by id ("infrazen.webhook/1", "infrazen.discover/1"), or NULL.
     * May be NULL itself: no extensions. */
    const void *(*extension)(void *self, iz_str id);
} iz_connector;

/* The one exported symbol. Immutable; readable as soon as the library is loaded, with no constructor having run. */
typedef struct iz_module {
    uint32_t            struct_size;
    uint32_t            abi_minor; /* IZ_ABI_MINOR the module was compiled with */
    iz_str              id;        /* as in the note                             */
    iz_str              version;   /* as in the note                             */
    iz_str              manifest;  /* JSON text, see docs/connector-manifest.md  */
    const iz_connector *connector;
} iz_module;

#define IZ_MODULE_SYMBOL "infrazen_module_v1"
extern IZ_EXPORT const iz_module infrazen_module_v1;

#ifdef __cplusplus
}
#endif
#endif
