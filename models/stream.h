// stream: why a draw is made. One list, so that two purposes can never share a stream. Append only: the
// position is part of the definition of every published result.
#ifndef MODELS_STREAM_H
#define MODELS_STREAM_H

#define STREAMS(X)                                                                                           \
    X(POPULATION_TRAITS, "traits of the opening population")                                                 \
    X(POPULATION_STATE, "opening state: size, age, cash, debt")                                              \
    X(ENTRANT_TRAITS, "traits of potential entrants")                                                        \
    X(ENTRANT_DECISION, "whether a potential entrant registers")                                             \
    X(MACRO_PATH, "growth, inflation and rates after the last data year")                                    \
    X(SECTOR_DEMAND, "monthly disturbance of sector demand")                                                 \
    X(VOLATILITY, "the year's volatility of a firm's growth")                                                \
    X(FIRM_SHOCKS, "monthly demand shock and persistent efficiency")                                         \
    X(TRANSITORY, "transitory margin")                                                                       \
    X(STATUS, "start of trade, suspension, exit, return")                                                    \
    X(INNOVATION_START, "start of a project")                                                                \
    X(INNOVATION_DESIGN, "type, size and novelty of a project")                                              \
    X(INNOVATION_OUTCOME, "success of a project")                                                            \
    X(CAPABILITY, "training, digital stage, certification, export, supplier link")                           \
    X(CREDIT_NEED, "need of credit and discouragement")                                                      \
    X(CREDIT_SCREENING, "the bank's noisy signal")                                                           \
    X(CREDIT_DEFAULT, "arrears turn into default or recover")                                                \
    X(INVESTMENT, "lumpy investment")                                                                        \
    X(AWARENESS, "which programmes a firm hears of")                                                         \
    X(APPLICATION, "a firm's own cost of applying")                                                          \
    X(SELECTION, "noise and lottery of selection")                                                           \
    X(GUARANTEE_PROCEDURE, "whether fund and bank agree on a file")                                          \
    X(LOAN_PROCEDURE, "whether a file of a public loan fund is approved")                                    \
    X(EQUITY_ROUND, "whether a startup seeks a round")                                                       \
    X(EQUITY_SIGNAL, "an investor's signal of a startup")                                                    \
    X(EQUITY_OUTCOME, "what a deal returns")                                                                 \
    X(EQUITY_EXIT, "when a deal is exited")                                                                  \
    X(FUND_MANAGER, "skill of a fund's manager")                                                             \
    X(PANEL, "which firms the panel follows")                                                                \
    X(TECHNOLOGY, "technology gap at birth")                                                                 \
    X(PEERS, "number of peers, and where they stand in their cell")                                          \
    X(CLUSTER, "who seeks and gets a place in a cluster")                                                    \
    X(PROVIDER, "who seeks and gets a link to a knowledge provider")                                         \
    X(SPIN_OFF, "spin-offs of firms that innovate or close")                                                 \
    X(RELOCATION, "moves between regions and into zones")                                                    \
    X(TAX_AUDIT, "whether the tax office looks into a firm's claims")                                        \
    X(ASSIGNMENT, "to whom a pilot is offered, and who wins its lottery")

#define STREAM_ENUM(name, doc) STREAM_##name,
enum stream { STREAMS(STREAM_ENUM) STREAMS_N };
#undef STREAM_ENUM

struct stream_row {
    const char *name, *doc;
};
extern const struct stream_row stream_rows[STREAMS_N];

#endif
