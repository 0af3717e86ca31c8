#include "sim/ledger.h"

#include <stdbool.h>
#include <string.h>

#include "sim/isa.h"
#include "sim/par.h"
#include "sim/table.h"

__extension__ typedef __int128 int128;

void ledger_init(struct ledger *ledger, const struct ledger_names *names)
{
    CHECK(names->sectors_n >= 1 && names->sectors_n <= LEDGER_SECTORS_MAX);
    CHECK(names->instruments_n >= 1 && names->instruments_n <= LEDGER_INSTRUMENTS_MAX);
    CHECK(names->categories_n >= 0 && names->categories_n <= LEDGER_CATEGORIES_MAX);
    for (int c = 0; c < names->categories_n; c++) {
        const struct ledger_category *category = &names->categories[c];
        CHECK(category->instrument >= 0 && category->instrument < names->instruments_n);
        CHECK(category->instrument == 0 || category->sign == 1 || category->sign == -1);
    }
    memset(ledger, 0, sizeof *ledger);
    ledger->names = names;
}

static void add(struct ledger *ledger, int64_t *to, int64_t amount)
{
    int64_t sum;
    ledger->overflow |= __builtin_add_overflow(*to, amount, &sum);
    *to = sum;
}

static void move(struct ledger *ledger, int instrument, int up, int down, int64_t amount)
{
    add(ledger, &ledger->position[up][instrument], amount);
    add(ledger, &ledger->position[down][instrument], -amount);
}

static bool is_sector(const struct ledger *ledger, int sector)
{
    return sector >= 0 && sector < ledger->names->sectors_n;
}

static bool is_instrument(const struct ledger *ledger, int instrument)
{
    return instrument >= 0 && instrument < ledger->names->instruments_n;
}

void ledger_open(struct ledger *ledger, int instrument, int holder, int issuer, int64_t amount)
{
    CHECK(is_instrument(ledger, instrument) && is_sector(ledger, holder) && is_sector(ledger, issuer));
    CHECK(amount >= 0);
    move(ledger, instrument, holder, issuer, amount);
}

void ledger_post(struct ledger *ledger, int category, int payer, int payee, int64_t amount)
{
    CHECK(category >= 0 && category < ledger->names->categories_n);
    CHECK(is_sector(ledger, payer) && is_sector(ledger, payee));
    CHECK(amount >= 0);
    const struct ledger_category *what = &ledger->names->categories[category];
    add(ledger, &ledger->flow[category][payer][payee], amount);
    if (what->cash) {
        move(ledger, 0, payee, payer, amount);
    }
    if (what->instrument != 0) {
        move(ledger, what->instrument, payer, payee, amount);
    }
}

void ledger_post_sum(struct ledger *ledger, int category, int payer, int payee, struct ledger_sum sum)
{
    ledger->overflow |= sum.overflow != 0;
    if (!sum.overflow) {
        ledger_post(ledger, category, payer, payee, sum.value);
    }
}

void ledger_month(struct ledger *ledger)
{
    memset(ledger->flow, 0, sizeof ledger->flow);
}

// --- audit ---

#define TEXT128_MAX 41

// A 128-bit number in decimal.
static const char *text128(int128 x, char out[TEXT128_MAX])
{
    char *at = out + TEXT128_MAX - 1;
    *at = '\0';
    for (int128 rest = x; rest != 0 || *at == '\0'; rest /= 10) {
        int digit = (int)(rest % 10);
        *--at = (char)('0' + (digit < 0 ? -digit : digit));
    }
    if (x < 0) {
        *--at = '-';
    }
    return at;
}

// What the month's flows add to a position, read from the flows alone.
static int128 explained(const struct ledger *ledger, int sector, int instrument)
{
    int128 sum = 0;
    for (int c = 0; c < ledger->names->categories_n; c++) {
        const struct ledger_category *what = &ledger->names->categories[c];
        bool moves = instrument == 0 ? what->cash != 0 : what->instrument == instrument;
        for (int other = 0; moves && other < ledger->names->sectors_n; other++) {
            int128 paid = ledger->flow[c][sector][other], received = ledger->flow[c][other][sector];
            sum += instrument == 0 ? received - paid : paid - received;
        }
    }
    return sum;
}

static int account_audit(const struct ledger *ledger, const struct ledger *before, int sector, int instrument,
                         const char *month, struct error *err)
{
    int128 changed = (int128)ledger->position[sector][instrument] - before->position[sector][instrument];
    int128 flows = explained(ledger, sector, instrument);
    if (flows == changed) {
        return ERROR_NONE;
    }
    char flows_text[TEXT128_MAX], changed_text[TEXT128_MAX];
    return error_add(err, ERROR_WORK,
                     "ledger: %s: %s of %s: flows explain %s VND, position changed by %s VND", month,
                     ledger->names->instruments[instrument], ledger->names->sectors[sector],
                     text128(flows, flows_text), text128(changed, changed_text));
}

int ledger_audit(const struct ledger *ledger, const struct ledger *before, const char *month,
                 struct error *err)
{
    const struct ledger_names *names = ledger->names;
    int code = ERROR_NONE;
    if (ledger->overflow) {
        code = error_add(err, ERROR_WORK,
                         "ledger: %s: an amount is beyond 64 bits (9.2e18 VND) or not a whole number of VND",
                         month);
    }
    for (int i = 0; i < names->instruments_n; i++) {
        int128 sum = 0;
        for (int s = 0; s < names->sectors_n; s++) {
            sum += ledger->position[s][i];
            code |= account_audit(ledger, before, s, i, month, err);
        }
        if (sum != 0) {
            char text[TEXT128_MAX];
            code = error_add(err, ERROR_WORK,
                             "ledger: %s: %s: the positions of all sectors sum to %s VND, not 0", month,
                             names->instruments[i], text128(sum, text));
        }
    }
    return code;
}

int ledger_agree(const struct ledger *ledger, int sector, int instrument, int64_t agents_sum,
                 const char *month, struct error *err)
{
    CHECK(is_sector(ledger, sector) && is_instrument(ledger, instrument));
    int64_t books = ledger->position[sector][instrument];
    if (books == agents_sum) {
        return ERROR_NONE;
    }
    char text[TEXT128_MAX];
    return error_add(err, ERROR_WORK,
                     "ledger: %s: %s of %s: books say %lld VND, the agents hold %lld VND (difference %s VND)",
                     month, ledger->names->instruments[instrument], ledger->names->sectors[sector],
                     (long long)books, (long long)agents_sum, text128((int128)books - agents_sum, text));
}

uint64_t ledger_digest(const struct ledger *ledger)
{
    const struct ledger_names *names = ledger->names;
    uint64_t digest = (uint64_t)ledger->overflow;
    for (int s = 0; s < names->sectors_n; s++) {
        for (int i = 0; i < names->instruments_n; i++) {
            digest = table_mix(digest, (uint64_t)ledger->position[s][i]);
        }
    }
    for (int c = 0; c < names->categories_n; c++) {
        for (int payer = 0; payer < names->sectors_n; payer++) {
            for (int payee = 0; payee < names->sectors_n; payee++) {
                digest = table_mix(digest, (uint64_t)ledger->flow[c][payer][payee]);
            }
        }
    }
    return digest;
}

// --- shares ---

int64_t ledger_prorata(int64_t total, int64_t part, int64_t whole)
{
    CHECK(part >= 0 && whole > 0);
    int64_t small;
    if (!__builtin_mul_overflow(total, part, &small)) { // a 128-bit division costs ten times as much
        return small / whole - (small % whole < 0);
    }
    int128 product = (int128)total * part;
    int128 share = product / whole - (product % whole < 0);
    CHECK(share >= INT64_MIN && share <= INT64_MAX);
    return (int64_t)share;
}

void ledger_split_prorata(int64_t total, const int64_t *part, int n, int64_t *out)
{
    CHECK(total >= 0);
    int128 whole = 0;
    for (int i = 0; i < n; i++) {
        CHECK(part[i] >= 0);
        whole += part[i];
    }
    CHECK(whole > 0 || total == 0);
    int64_t rest = total;
    for (int i = 0; i < n; i++) {
        out[i] = whole > 0 ? (int64_t)((int128)total * part[i] / whole) : 0;
        rest -= out[i];
    }
    // The rest is a sum of fractions below one, so there are more parts above zero than VND left.
    for (int i = 0; rest > 0; i++) {
        out[i] += part[i] > 0;
        rest -= part[i] > 0;
    }
}

// --- sums over agents ---

// A fraction is what is lost by adding 2^52, where doubles are whole, to a size below it; from 2^52 on all
// are whole.
ISA_CLONES static uint64_t ledger_block_faults(const double *vnd, int n, double bound)
{
    uint64_t faults = 0;
    for (int i = 0; i < n; i++) {
        double size = vnd[i] < 0.0 ? -vnd[i] : vnd[i];
        double below = size < 0x1p52 ? size : 0.0;
        double fraction = ((below + 0x1p52) - 0x1p52) - below;
        double fault = size <= bound ? fraction : 1.0; // a NaN is not <= anything
        uint64_t bits;
        memcpy(&bits, &fault, sizeof bits);
        faults |= bits;
    }
    return faults;
}

int ledger_whole_block(const double *vnd, int n, double bound)
{
    CHECK(bound <= 0x1p53);
    return ledger_block_faults(vnd, n, bound) == 0;
}

// Each product is at most 2^63 * 2^53 in size, so 1,024 of them stay below 2^127 and the loop needs no other
// check than the one of the total. One 64 x 64 -> 128 bit multiplication a row: as fast as vectors of exact
// halves in doubles (0.7 ns a row against 0.9 with SSE2, 0.5 with AVX2, both without their checks).
int64_t ledger_dot_block(const int64_t *weight, const double *vnd, int n)
{
    CHECK(n >= 0 && n <= PAR_BLOCK);
    if (!ledger_whole_block(vnd, n, 0x1p53)) {
        return LEDGER_NO_SUM;
    }
    int128 sum = 0;
    for (int i = 0; i < n; i++) {
        sum += (int128)weight[i] * (int64_t)vnd[i];
    }
    return sum > INT64_MIN && sum <= INT64_MAX ? (int64_t)sum : LEDGER_NO_SUM;
}

// The caller's totals are few, so one pass over the rows does for all of them.
void ledger_dot_groups(const int64_t *weight, const double *vnd, const uint8_t *group, int n, int groups_n,
                       int64_t *sums)
{
    CHECK(n >= 0 && n <= PAR_BLOCK && groups_n >= 0 && groups_n <= LEDGER_GROUPS_MAX);
    int128 sum[LEDGER_GROUPS_MAX] = {0};
    const int whole = ledger_whole_block(vnd, n, 0x1p53);
    for (int i = 0; whole && i < n; i++) {
        sum[group[i]] += (int128)weight[i] * (int64_t)vnd[i];
    }
    for (int g = 0; g < groups_n; g++) {
        sums[g] = whole && sum[g] > INT64_MIN && sum[g] <= INT64_MAX ? (int64_t)sum[g] : LEDGER_NO_SUM;
    }
}
