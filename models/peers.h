// peers: whom a firm sees. Other firms of its region and sector, the members of its cluster, and the large or
// foreign buyers of its region.
//
// The network is keyed and sparse: a firm has `degree` peers for life, and the j-th of them stands at a fixed
// quantile of the firm's region-sector cell, the cell being ordered by how recently its firms have innovated.
// So a peer is an innovator exactly while his quantile is below the cell's innovating share: no list of links
// is kept, no firm's draw depends on another firm, and the network is the same for any number of agents.
#ifndef MODELS_PEERS_H
#define MODELS_PEERS_H

#include <stdbool.h>
#include <stdint.h>
#include "sim/field.h"

struct model;
struct world;

struct peers {
    double degree_mean, exposure_half;
    double aware_effect; // on the speed at which word of programmes reaches a firm
    double cluster_places_frac, cluster_places_manufacturing_frac;
    double cluster_degree, cluster_seek_per_year, cluster_size_exponent;
    double buyers_usual_frac, buyers_factor_max;
};
extern const struct field peers_fields[];
extern const int peers_fields_n;

// The degree of a new row, and what it sees.
void peers_birth(const struct model *model, struct world *world, int64_t row);

// Places in clusters and their first members; call when the opening firms stand.
void peers_open(const struct model *model, struct world *world);

// The phase, equations N1-N3 of docs/model.md: shares of innovators and buyers, places in clusters, meetings.
void peers_step(const struct model *model, struct world *world);

// Exposure to innovators among the firm's peers, 0 none to 1: n / (n + exposure_half).
double peers_exposure(const struct world *world, int64_t row);

// Places for which agents stand in a queue. An agent takes as many as it stands for; the queue stops at the
// first that does not fit. `round`, a draw of the place for the whole run, rounds whole agents up or down, so
// that on average as many enterprises are served as there are places, whatever the agents' weights.
struct peers_place {
    int64_t places_n, taken_n;
    double round; // in (0,1): places may be exceeded by this share of an agent
    bool full;
};
bool peers_place(struct peers_place *place, int64_t weight);

// Factor of the chance of a supplier link in a region: its share of large or foreign buyers over the usual
// one, bounded.
double peers_buyers_factor(const struct model *model, const struct world *world, int region);

#endif
