/* SPDX-License-Identifier: Apache-2.0
 * Copyright The InfraZen authors
 *
 * infrazen/abi/records.h: the kinds of records and their fields.
 *
 * Every cell is text. The daemon parses, validates and normalises it once, at ingest, and names row and column when it
 * cannot. "!" marks a field without which a row is rejected. Types:
 *   text         UTF-8, no NUL; the kind's limits are in daemon/records (1,024 bytes unless said otherwise)
 *   decimal      -?digits[.digits][(E|e)-?digits], at most 38 significant digits: exact, never rounded
 *   integer      -?digits, 64 bit
 *   instant      RFC 3339 in UTC with a closing Z and up to 6 decimals of seconds, years 1970 to 2199
 *   date         YYYY-MM-DD
 *   JSON object  at most 65,536 bytes, duplicate keys refused
 *   JSON array   at most 65,536 bytes
 *
 * Ids are never reused; later minors append.
 */
#ifndef INFRAZEN_ABI_RECORDS_H
#define INFRAZEN_ABI_RECORDS_H

#include <infrazen/abi/base.h>

/* Kinds. Metrics have a form of their own (sink.h, iz_metric_segment). */
#define IZ_KIND_RESOURCE   1u
#define IZ_KIND_RELATION   2u
#define IZ_KIND_RETIREMENT 3u
#define IZ_KIND_CHARGE     4u
#define IZ_KIND_LOG        5u
#define IZ_KIND_COMPONENT  6u
#define IZ_KIND_PRICE      7u
#define IZ_KIND_RATE       8u
#define IZ_KIND_BALANCE    9u
#define IZ_KIND_DOCUMENT   10u
#define IZ_KIND_ACCOUNT    11u
#define IZ_KIND_METRIC     12u /* only in limits and findings: pushed through push_metrics */

/* A column named in iz_column.name: of the manifest's extension_columns for resources; any name for charges, where it is
 * kept under x_ (a name without that prefix gets it). */
#define IZ_FIELD_EXTENSION 0xFFFFFFFFu

/* ---- resource: a thing that exists, with the scope it was listed in ---- */
#define IZ_RESOURCE_TYPE 16u                        /* ! text: the provider's own type, "compute.instance" (raw; the daemon normalises beside it) */
#define IZ_RESOURCE_EXTERNAL_ID 17u                 /* ! text: the provider's id, unique per account and type */
#define IZ_RESOURCE_NAME 18u                        /* text; null = the id is shown */
#define IZ_RESOURCE_ACCOUNT_ID 19u                  /* ! text: the billing account, project or login it belongs to */
#define IZ_RESOURCE_REGION 20u                      /* text; null = global */
#define IZ_RESOURCE_ZONE 21u                        /* text */
#define IZ_RESOURCE_SERVICE_NAME 22u                /* text: the provider's service, "Compute Cloud" */
#define IZ_RESOURCE_SERVICE_CATEGORY 23u            /* text: FOCUS ServiceCategory */
#define IZ_RESOURCE_STATUS 24u                      /* text: the provider's word, "RUNNING" */
#define IZ_RESOURCE_PRICING_MODEL 25u               /* text: on_demand, reserved, spot, flat */
#define IZ_RESOURCE_LIST_PRICE 26u                  /* decimal per billing period, before discounts */
#define IZ_RESOURCE_EFFECTIVE_COST 27u              /* decimal per billing period, after discounts */
#define IZ_RESOURCE_CURRENCY 28u                    /* text, ISO 4217; needed with a price */
#define IZ_RESOURCE_BILLING_PERIOD 29u              /* text: hour, day, month */
#define IZ_RESOURCE_PROJECT_ID 30u                  /* text: folder, project, namespace */
#define IZ_RESOURCE_CREATED_AT 31u                  /* instant: when the provider made it; tells incarnations apart */
#define IZ_RESOURCE_PARENT_TYPE 32u                 /* text: type and id of what contains it (folder, cluster) */
#define IZ_RESOURCE_PARENT_ID 33u                   /* text */
#define IZ_RESOURCE_TAGS 34u                        /* JSON object of strings: the provider's labels */
#define IZ_RESOURCE_ATTRIBUTES 35u                  /* JSON object: whatever else is worth keeping */
#define IZ_RESOURCE_CPU_CORES 36u                   /* decimal */
#define IZ_RESOURCE_MEMORY_BYTES 37u                /* integer */
#define IZ_RESOURCE_STORAGE_BYTES 38u               /* integer */
#define IZ_RESOURCE_OPERATING_SYSTEM 39u            /* text */

/* ---- relation: disk attached_to VM, node member_of cluster; same scope rules as resources,
 * in scopes of its own kind: to list a folder's disks and what they hang on, open "folder" for both kinds ---- */
#define IZ_RELATION_FROM_TYPE 16u                   /* ! text */
#define IZ_RELATION_FROM_ID 17u                     /* ! text */
#define IZ_RELATION_TO_TYPE 18u                     /* ! text */
#define IZ_RELATION_TO_ID 19u                       /* ! text */
#define IZ_RELATION_RELATION 20u                    /* ! text: attached_to, member_of, uses, protects, stored_in */

/* ---- retirement: said explicitly by change feeds and webhooks ---- */
#define IZ_RETIREMENT_TYPE 16u                      /* ! text */
#define IZ_RETIREMENT_EXTERNAL_ID 17u               /* ! text */
#define IZ_RETIREMENT_RETIRED_AT 18u                /* instant; null = now */

/* ---- charge: one row of a bill, in the union of the columns of FOCUS 1.0 to 1.4 ----
 * Needed: BilledCost, BillingAccountId, BillingCurrency, BillingPeriodStart and End, ChargePeriodStart and End. Whatever else
 * the specification asks for is checked, reported as a finding when absent, and does not keep the row out. */
#define IZ_CHARGE_AVAILABILITY_ZONE 16u                           /* text, FOCUS 1.0 */
#define IZ_CHARGE_BILLED_COST 17u                                 /* ! decimal, FOCUS 1.0 */
#define IZ_CHARGE_BILLING_ACCOUNT_ID 18u                          /* ! text, FOCUS 1.0 */
#define IZ_CHARGE_BILLING_ACCOUNT_NAME 19u                        /* text, FOCUS 1.0 */
#define IZ_CHARGE_BILLING_CURRENCY 20u                            /* ! text, FOCUS 1.0 */
#define IZ_CHARGE_BILLING_PERIOD_END 21u                          /* ! instant, FOCUS 1.0 */
#define IZ_CHARGE_BILLING_PERIOD_START 22u                        /* ! instant, FOCUS 1.0 */
#define IZ_CHARGE_CHARGE_CATEGORY 23u                             /* text, FOCUS 1.0 */
#define IZ_CHARGE_CHARGE_CLASS 24u                                /* text, FOCUS 1.0 */
#define IZ_CHARGE_CHARGE_DESCRIPTION 25u                          /* text, FOCUS 1.0 */
#define IZ_CHARGE_CHARGE_FREQUENCY 26u                            /* text, FOCUS 1.0 */
#define IZ_CHARGE_CHARGE_PERIOD_END 27u                           /* ! instant, FOCUS 1.0 */
#define IZ_CHARGE_CHARGE_PERIOD_START 28u                         /* ! instant, FOCUS 1.0 */
#define IZ_CHARGE_COMMITMENT_DISCOUNT_CATEGORY 29u                /* text, FOCUS 1.0 */
#define IZ_CHARGE_COMMITMENT_DISCOUNT_ID 30u                      /* text, FOCUS 1.0 */
#define IZ_CHARGE_COMMITMENT_DISCOUNT_NAME 31u                    /* text, FOCUS 1.0 */
#define IZ_CHARGE_COMMITMENT_DISCOUNT_STATUS 32u                  /* text, FOCUS 1.0 */
#define IZ_CHARGE_COMMITMENT_DISCOUNT_TYPE 33u                    /* text, FOCUS 1.0 */
#define IZ_CHARGE_CONSUMED_QUANTITY 34u                           /* decimal, FOCUS 1.0 */
#define IZ_CHARGE_CONSUMED_UNIT 35u                               /* text, FOCUS 1.0 */
#define IZ_CHARGE_CONTRACTED_COST 36u                             /* decimal, FOCUS 1.0 */
#define IZ_CHARGE_CONTRACTED_UNIT_PRICE 37u                       /* decimal, FOCUS 1.0 */
#define IZ_CHARGE_EFFECTIVE_COST 38u                              /* decimal, FOCUS 1.0 */
#define IZ_CHARGE_INVOICE_ISSUER_NAME 39u                         /* text, FOCUS 1.0 */
#define IZ_CHARGE_LIST_COST 40u                                   /* decimal, FOCUS 1.0 */
#define IZ_CHARGE_LIST_UNIT_PRICE 41u                             /* decimal, FOCUS 1.0 */
#define IZ_CHARGE_PRICING_CATEGORY 42u                            /* text, FOCUS 1.0 */
#define IZ_CHARGE_PRICING_QUANTITY 43u                            /* decimal, FOCUS 1.0 */
#define IZ_CHARGE_PRICING_UNIT 44u                                /* text, FOCUS 1.0 */
#define IZ_CHARGE_PROVIDER_NAME 45u                               /* text, FOCUS 1.0 to 1.3 */
#define IZ_CHARGE_PUBLISHER_NAME 46u                              /* text, FOCUS 1.0 to 1.3 */
#define IZ_CHARGE_REGION_ID 47u                                   /* text, FOCUS 1.0 */
#define IZ_CHARGE_REGION_NAME 48u                                 /* text, FOCUS 1.0 */
#define IZ_CHARGE_RESOURCE_ID 49u                                 /* text, FOCUS 1.0 */
#define IZ_CHARGE_RESOURCE_NAME 50u                               /* text, FOCUS 1.0 */
#define IZ_CHARGE_RESOURCE_TYPE 51u                               /* text, FOCUS 1.0 */
#define IZ_CHARGE_SERVICE_CATEGORY 52u                            /* text, FOCUS 1.0 */
#define IZ_CHARGE_SERVICE_NAME 53u                                /* text, FOCUS 1.0 */
#define IZ_CHARGE_SKU_ID 54u                                      /* text, FOCUS 1.0 */
#define IZ_CHARGE_SKU_PRICE_ID 55u                                /* text, FOCUS 1.0 */
#define IZ_CHARGE_SUB_ACCOUNT_ID 56u                              /* text, FOCUS 1.0 */
#define IZ_CHARGE_SUB_ACCOUNT_NAME 57u                            /* text, FOCUS 1.0 */
#define IZ_CHARGE_TAGS 58u                                        /* JSON object, FOCUS 1.0 */
#define IZ_CHARGE_CAPACITY_RESERVATION_ID 59u                     /* text, FOCUS 1.1 */
#define IZ_CHARGE_CAPACITY_RESERVATION_STATUS 60u                 /* text, FOCUS 1.1 */
#define IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY 61u                /* decimal, FOCUS 1.1 */
#define IZ_CHARGE_COMMITMENT_DISCOUNT_UNIT 62u                    /* text, FOCUS 1.1 */
#define IZ_CHARGE_SERVICE_SUBCATEGORY 63u                         /* text, FOCUS 1.1 */
#define IZ_CHARGE_SKU_METER 64u                                   /* text, FOCUS 1.1 */
#define IZ_CHARGE_SKU_PRICE_DETAILS 65u                           /* JSON object, FOCUS 1.1 */
#define IZ_CHARGE_BILLING_ACCOUNT_TYPE 66u                        /* text, FOCUS 1.2 */
#define IZ_CHARGE_INVOICE_ID 67u                                  /* text, FOCUS 1.2 */
#define IZ_CHARGE_PRICING_CURRENCY 68u                            /* text, FOCUS 1.2 */
#define IZ_CHARGE_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE 69u      /* decimal, FOCUS 1.2 */
#define IZ_CHARGE_PRICING_CURRENCY_EFFECTIVE_COST 70u             /* decimal, FOCUS 1.2 */
#define IZ_CHARGE_PRICING_CURRENCY_LIST_UNIT_PRICE 71u            /* decimal, FOCUS 1.2 */
#define IZ_CHARGE_SUB_ACCOUNT_TYPE 72u                            /* text, FOCUS 1.2 */
#define IZ_CHARGE_ALLOCATED_METHOD_DETAILS 73u                    /* JSON object, FOCUS 1.3 */
#define IZ_CHARGE_ALLOCATED_METHOD_ID 74u                         /* text, FOCUS 1.3 */
#define IZ_CHARGE_ALLOCATED_RESOURCE_ID 75u                       /* text, FOCUS 1.3 */
#define IZ_CHARGE_ALLOCATED_RESOURCE_NAME 76u                     /* text, FOCUS 1.3 */
#define IZ_CHARGE_ALLOCATED_TAGS 77u                              /* JSON object, FOCUS 1.3 */
#define IZ_CHARGE_CONTRACT_APPLIED 78u                            /* JSON object, FOCUS 1.3 */
#define IZ_CHARGE_HOST_PROVIDER_NAME 79u                          /* text, FOCUS 1.3 */
#define IZ_CHARGE_SERVICE_PROVIDER_NAME 80u                       /* text, FOCUS 1.3 */
#define IZ_CHARGE_COMMITMENT_PROGRAM_ELIGIBILITY_DETAILS 81u      /* JSON object, FOCUS 1.4 */
#define IZ_CHARGE_INVOICE_DETAIL_ID 82u                           /* text, FOCUS 1.4 */
/* InfraZen's own, beside FOCUS. */
#define IZ_CHARGE_AMOUNT_BASIS 96u                                /* text: net, gross; null = not said */
#define IZ_CHARGE_TAX_RATE 97u                                    /* decimal, 0.22 = 22 % */
#define IZ_CHARGE_CHARGE_STATUS 98u                               /* text: estimated, preliminary, billed (default), adjusted */

/* ---- log ---- */
#define IZ_LOG_RESOURCE_TYPE 16u                    /* text; null = the connection itself */
#define IZ_LOG_EXTERNAL_ID 17u                      /* text */
#define IZ_LOG_TIMESTAMP 18u                        /* ! instant */
#define IZ_LOG_LOG_TYPE 19u                         /* ! text: application, system, access, error, audit */
#define IZ_LOG_LEVEL 20u                            /* text: debug, info, warning, error, critical */
#define IZ_LOG_MESSAGE 21u                          /* ! text */
#define IZ_LOG_SOURCE 22u                           /* text */
#define IZ_LOG_METADATA 23u                         /* JSON object */
#define IZ_LOG_EVENT_ID 24u                         /* text: the provider's id of the event; equal ids of one connection are stored once */

/* ---- component: software on a resource; a scope lists those of one or more resources ---- */
#define IZ_COMPONENT_RESOURCE_TYPE 16u              /* ! text */
#define IZ_COMPONENT_EXTERNAL_ID 17u                /* ! text */
#define IZ_COMPONENT_COMPONENT_TYPE 18u             /* ! text: software, service, dependency */
#define IZ_COMPONENT_NAME 19u                       /* ! text */
#define IZ_COMPONENT_VERSION 20u                    /* text */
#define IZ_COMPONENT_STATUS 21u                     /* text: running, stopped, installed */
#define IZ_COMPONENT_INSTALLATION_PATH 22u          /* text */
#define IZ_COMPONENT_CONFIGURATION 23u              /* JSON object */
#define IZ_COMPONENT_DEPENDENCIES 24u               /* JSON array of names */

/* ---- price: of a SKU ---- */
#define IZ_PRICE_SKU_ID 16u                         /* ! text */
#define IZ_PRICE_SKU_NAME 17u                       /* text */
#define IZ_PRICE_SERVICE_NAME 18u                   /* text */
#define IZ_PRICE_REGION 19u                         /* text; null = everywhere */
#define IZ_PRICE_UNIT 20u                           /* ! text: pricing unit */
#define IZ_PRICE_TIER_FROM 21u                      /* decimal: quantity from which it applies; null = 0 */
#define IZ_PRICE_UNIT_PRICE 22u                     /* ! decimal */
#define IZ_PRICE_CURRENCY 23u                       /* ! text */
#define IZ_PRICE_VALID_FROM 24u                     /* ! instant */
#define IZ_PRICE_VALID_TO 25u                       /* instant; null = open */
#define IZ_PRICE_PRICE_KIND 26u                     /* text: list (default), contract */
#define IZ_PRICE_ACCOUNT_ID 27u                     /* text: with price_kind contract */

/* ---- rate: of a currency ---- */
#define IZ_RATE_BASE_CURRENCY 16u                   /* ! text: one unit of this */
#define IZ_RATE_QUOTE_CURRENCY 17u                  /* ! text: is so much of this */
#define IZ_RATE_RATE 18u                            /* ! decimal > 0 */
#define IZ_RATE_DAY 19u                             /* ! date YYYY-MM-DD: the day the rate holds for */
#define IZ_RATE_SOURCE 20u                          /* ! text: cbr, … */

/* ---- balance: of an account ---- */
#define IZ_BALANCE_ACCOUNT_ID 16u                   /* ! text */
#define IZ_BALANCE_AMOUNT 17u                       /* ! decimal */
#define IZ_BALANCE_CURRENCY 18u                     /* ! text */
#define IZ_BALANCE_AS_OF 19u                        /* ! instant */
#define IZ_BALANCE_BALANCE_KIND 20u                 /* text: main (default), bonus, credit */
#define IZ_BALANCE_DAYS_LEFT 21u                    /* decimal, as the provider says */

/* ---- document: an invoice, act or payment ---- */
#define IZ_DOCUMENT_ACCOUNT_ID 16u                  /* ! text */
#define IZ_DOCUMENT_DOCUMENT_ID 17u                 /* ! text */
#define IZ_DOCUMENT_DOCUMENT_TYPE 18u               /* ! text: invoice, act, payment, correction */
#define IZ_DOCUMENT_NUMBER 19u                      /* text */
#define IZ_DOCUMENT_ISSUED_AT 20u                   /* ! instant */
#define IZ_DOCUMENT_PERIOD_START 21u                /* instant */
#define IZ_DOCUMENT_PERIOD_END 22u                  /* instant */
#define IZ_DOCUMENT_AMOUNT 23u                      /* ! decimal, gross */
#define IZ_DOCUMENT_TAX_AMOUNT 24u                  /* decimal */
#define IZ_DOCUMENT_CURRENCY 25u                    /* ! text */
#define IZ_DOCUMENT_STATUS 26u                      /* text: draft, issued, paid, void */
#define IZ_DOCUMENT_ATTRIBUTES 27u                  /* JSON object */

/* ---- account: a billing account or a part of one ---- */
#define IZ_ACCOUNT_ACCOUNT_ID 16u                   /* ! text */
#define IZ_ACCOUNT_NAME 17u                         /* text */
#define IZ_ACCOUNT_ACCOUNT_TYPE 18u                 /* ! text: billing_account, cloud, folder, project, login */
#define IZ_ACCOUNT_PARENT_ID 19u                    /* text */
#define IZ_ACCOUNT_CURRENCY 20u                     /* text */
#define IZ_ACCOUNT_BILLING_TIME_ZONE 21u            /* text: IANA name; null = the connection's */
#define IZ_ACCOUNT_STATUS 22u                       /* text */

#endif
