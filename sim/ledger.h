// ledger: the one door for money. Whole VND, double entry, exact balance.
//
// The models name sectors, instruments and categories in rows. A posting moves an amount from a payer to a
// payee under a category; the category says which instruments change on which side. Positions are int64 with
// checked addition. Positions of sectors made of agents (firms, banks, funds) are kept here as totals and
// compared each month with the sums of the agents' own columns: both must agree to the VND, or the run stops.
#ifndef SIM_LEDGER_H
#define SIM_LEDGER_H

#include <stdint.h>
#include "sim/error.h"

#define LEDGER_SECTORS_MAX     12
#define LEDGER_INSTRUMENTS_MAX 8
#define LEDGER_CATEGORIES_MAX  48

// A category of transaction. Paying x under it: cash (instrument 0) falls by x at the payer and rises by x at
// the payee if `cash`. If `instrument`, the payer gets something for it: with sign +1 a claim of x on the
// payee (a loan, a share, an interest accrued), with sign -1 the end of a claim of x that the payee had on it
// (a repayment, a redemption, a write-off, where the payer is the debtor whom the creditor, the payee,
// forgives). Positions are net (claims less liabilities), so either way the payer's position in `instrument`
// rises by x and the payee's falls by x; the sign says which side of the balance sheets moves. With neither
// cash nor instrument a category is a memo: flows only.
struct ledger_category {
    const char *name;
    const char *doc;
    int cash;       // 1 if money moves, 0 for a write-off or a revaluation
    int instrument; // the claim that changes, or 0 if none
    int sign;       // +1 a claim begins, -1 a claim ends; read only with an instrument
};

struct ledger_names {
    const char *const *sectors;
    int sectors_n;
    const char *const *instruments; // instrument 0 is cash
    int instruments_n;
    const struct ledger_category *categories;
    int categories_n;
};

struct ledger {
    const struct ledger_names *names;
    // Net assets by sector and instrument: claims +, liabilities -.
    int64_t position[LEDGER_SECTORS_MAX][LEDGER_INSTRUMENTS_MAX];
    // This month's flows by category, payer and payee.
    int64_t flow[LEDGER_CATEGORIES_MAX][LEDGER_SECTORS_MAX][LEDGER_SECTORS_MAX];
    int overflow; // set by a failed checked addition, never cleared
};

// A partial total of a parallel loop: [category][payer][payee] is too wide there, so a loop collects its own
// amounts in one of these per flow and posts each total once with ledger_post_sum.
struct ledger_sum {
    int64_t value; // modulo 2^64 after an overflow
    int overflow;
};

// What ledger_dot_block returns for a sum that it cannot give; ledger_sum_add takes it as an overflow.
#define LEDGER_NO_SUM INT64_MIN

static inline void ledger_sum_add(struct ledger_sum *sum, int64_t amount)
{
    int64_t total;
    int wrapped = __builtin_add_overflow(sum->value, amount, &total);
    sum->value = total;
    sum->overflow |= wrapped | (amount == LEDGER_NO_SUM);
}

// Adds another partial total, its overflow too.
static inline void ledger_sum_merge(struct ledger_sum *sum, struct ledger_sum part)
{
    ledger_sum_add(sum, part.value);
    sum->overflow |= part.overflow;
}

// The exact sum of weight[i] * vnd[i] over a block of n <= PAR_BLOCK agents, whatever the order. Every vnd
// must be a whole number up to 2^53 in size, of either sign. LEDGER_NO_SUM if one is not (NaN and infinity
// included) or if the sum does not fit 64 bits.
int64_t ledger_dot_block(const int64_t *weight, const double *vnd, int n);

// The same for each of groups_n <= LEDGER_GROUPS_MAX groups; group[i] < groups_n. LEDGER_NO_SUM for all of
// them if a vnd is not whole.
#define LEDGER_GROUPS_MAX 16
void ledger_dot_groups(const int64_t *weight, const double *vnd, const uint8_t *group, int n, int groups_n,
                       int64_t *sums);

// 1 if every one of n numbers is whole and at most `bound` <= 2^53 in size (2^51 for movements, 2^53 for
// balances), else 0.
int ledger_whole_block(const double *vnd, int n, double bound);

// Empty books. `names` must outlive the ledger; more of a kind than the limits above is a bug.
void ledger_init(struct ledger *ledger, const struct ledger_names *names);

// Opening position of a sector against another (initial endowments), amount >= 0: the holder's position
// rises, the issuer's falls, the sum over sectors stays zero.
void ledger_open(struct ledger *ledger, int instrument, int holder, int issuer, int64_t amount);

// Posts `amount` >= 0 VND from payer to payee; they may be the same sector (banks lending to banks). The only
// function that changes positions after opening. A negative amount is a bug.
void ledger_post(struct ledger *ledger, int category, int payer, int payee, int64_t amount);

// Posts a total. One that overflowed marks the ledger, so that the audit stops the run, and posts nothing.
void ledger_post_sum(struct ledger *ledger, int category, int payer, int payee, struct ledger_sum sum);

// Clears the month's flows.
void ledger_month(struct ledger *ledger);

// Balance: for every instrument the positions of all sectors sum to zero, nothing overflowed, and the month's
// flows explain the change of each position since `before`, a copy from when the month was begun with
// ledger_month (only its positions are read). Returns ERROR_WORK and a fault per wrong account, with the
// month. Sums are of 128 bits.
int ledger_audit(const struct ledger *ledger, const struct ledger *before, const char *month,
                 struct error *err);

// Compares a sector's position with the sum of its agents' columns; a difference is an error naming the
// account, the month and the amount.
int ledger_agree(const struct ledger *ledger, int sector, int instrument, int64_t agents_sum,
                 const char *month, struct error *err);

// floor(total * part / whole) with a 128-bit product (towards minus infinity if total is negative); the one
// rule for pro-rata shares. part >= 0, whole > 0; a result beyond 64 bits is a bug.
int64_t ledger_prorata(int64_t total, int64_t part, int64_t whole);

// Splits total >= 0 exactly over n parts >= 0: out[i] is the floor of total * part[i] / sum of parts, and the
// VND that remain go one each to the first parts above zero in the order given. The parts may be all zero
// only if total is. `out` must not overlap `part`.
void ledger_split_prorata(int64_t total, const int64_t *part, int n, int64_t *out);

// A 64-bit digest of positions, the month's flows and the overflow mark.
uint64_t ledger_digest(const struct ledger *ledger);

#endif
