#!/usr/bin/env python3
"""Proves the books of a run file from the file alone, as a reader would, with xarray: every month, to the VND.

    prove_ledger.py RUN.h5

1. What a sector receives less what it pays is the change of its cash; claims that begin and end are the change of each of
   its other claims (transaction-flow matrix against balance sheets), from the opening on.
2. Every claim of one is a liability of another: each instrument sums to zero over sectors.
3. Net worth is claims and real assets; fixed assets change by investment, wear, sale, seizure and loss alone; collateral in
   recovery by what is taken over and what is sold.
Prints what is wrong, one line a fault (at most 20); exit status 1 if anything is.
"""
import sys

import numpy as np
import xarray


def changes_of_claims(data):
    """What the month's flows make of each position: (replicate, time, account, instrument)."""
    accounts = {str(name): k for k, name in enumerate(data.account.values)}
    instruments = {str(name): k for k, name in enumerate(data.instrument.values)}
    flows = data.flow_vnd.values
    change = np.zeros(data.position_vnd.shape, dtype=np.int64)
    for k in range(data.sizes["flow"]):
        payer, payee = accounts[str(data.payer.values[k])], accounts[str(data.payee.values[k])]
        amount = flows[:, :, k]
        if data.moves_cash.values[k]:
            change[:, :, payer, 0] -= amount
            change[:, :, payee, 0] += amount
        claim = instruments.get(str(data.claim.values[k]))
        if claim is not None:  # begun by the payer or ended for it: its net claim rises either way
            change[:, :, payer, claim] += amount
            change[:, :, payee, claim] -= amount
    return change


def flow_of(data, category, payer=None, payee=None):
    """Sum of a category's flows by month."""
    chosen = data.category.values == category
    if payer:
        chosen &= data.payer.values == payer
    if payee:
        chosen &= data.payee.values == payee
    return data.flow_vnd.values[:, :, chosen].sum(axis=2)


def changes_of_real_assets(data):
    """What the flows make of fixed assets and of collateral in recovery, by account."""
    recovered = flow_of(data, "GUARANTEE_RECOVERY", "banks", "guarantee_funds")
    yield "firms", "fixed_capital", (
        flow_of(data, "INVESTMENT", "firms") - flow_of(data, "DEPRECIATION") - flow_of(data, "ASSETS_LOST")
        - flow_of(data, "ASSETS_SOLD") - flow_of(data, "ASSETS_SEIZED"))
    yield "banks", "collateral_in_recovery", (
        flow_of(data, "COLLATERAL_TAKEN", payee="banks") - flow_of(data, "COLLATERAL", payee="banks") + recovered)
    yield "guarantee_funds", "collateral_in_recovery", flow_of(data, "COLLATERAL_TAKEN", payee="guarantee_funds") - recovered
    yield "loan_funds", "collateral_in_recovery", (
        flow_of(data, "COLLATERAL_TAKEN", payee="loan_funds") - flow_of(data, "COLLATERAL", payee="loan_funds"))


def faults(data):
    where = ("replicate", "month", "account", "instrument")
    position = data.position_vnd.values
    before = np.concatenate([data.opening_position_vnd.values[:, None], position[:, :-1]], axis=1)
    for at in np.argwhere(position - before != changes_of_claims(data)):
        yield f"the flows do not explain the change of the position at {dict(zip(where, at.tolist()))}"
    for at in np.argwhere(position.sum(axis=2) != 0):
        yield f"claims and liabilities differ at replicate {at[0]}, month {at[1]}, {data.instrument.values[at[2]]}"
    worth = position.sum(axis=3) + data.real_asset_vnd.values.sum(axis=3)
    for at in np.argwhere(worth != data.net_worth_vnd.values):
        yield f"net worth is not claims and real assets at replicate {at[0]}, month {at[1]}, {data.account.values[at[2]]}"
    for account, asset, change in changes_of_real_assets(data):
        stock = data.real_asset_vnd.sel(account=account, asset=asset).values
        for at in np.argwhere(np.diff(stock, axis=1) != change[:, 1:]):
            yield f"the flows do not explain {asset} of {account} at replicate {at[0]}, month {at[1] + 1}"


def main(path):
    with xarray.open_dataset(path, engine="h5netcdf", group="ledger", decode_times=False) as data:
        found = list(faults(data.load()))
        months, flows = data.sizes["time"], data.sizes["flow"]
    for fault in found[:20]:
        print(f"{path}: {fault}")
    print(f"{path}: {months} months, {flows} flows, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
