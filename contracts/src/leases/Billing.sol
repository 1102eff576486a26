// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { System } from "../base/System.sol";
import { Closings } from "./Closings.sol";
import { ITreasury } from "../treasury/ITreasury.sol";
import { ILeases } from "./ILeases.sol";
import { InstanceKey } from "./InstanceKey.sol";
import { Lease, LeaseRecord, Residue } from "./LeaseRecord.sol";
import { Account, LeaseRule } from "./LeaseRule.sol";

/// @title Charging the seconds of a settled period.
abstract contract Billing is Closings {
    using LeaseRecord for Lease;
    using LeaseRule for Account;

    /// @dev Periods in which what a lease passed late leaves its next one to be billed, not skipped.
    uint256 private constant CATCHING_UP_PERIODS = 3;

    /// @dev What one batch of bills has in common, and what it collects.
    struct BillingBatch {
        uint256 period;
        uint256 start;
        uint256 end;
        uint256 price;
        /// Whether a lease that passes this period may find the next one to be skipped already.
        bool isLate;
        /// Whether it skips what could be billed.
        bool skipsBills;
        uint256 total;
        /// The first `paidItems` are filled.
        ITreasury.Payment[] payments;
        uint256 paidItems;
    }

    /// @dev A closed lease or what is left of one.
    struct Item {
        InstanceKey instance;
        uint64 token;
        bool isResidue;
        uint256 rate;
        uint256 from;
        uint256 end;
        uint256 hold;
        uint32 device;
        uint24 beneficiary;
    }

    /// @inheritdoc ILeases
    function bill(uint256 period, Bill[] calldata bills) external nonReentrant {
        if (msg.sender != System.SETTLEMENT) revert LeasesCallerNotSettlement(msg.sender);
        BillingBatch memory batch = _billingBatch(period, bills.length);
        for (uint256 i = 0; i < bills.length; ++i) {
            _bill(batch, bills[i].instance, bills[i].token, bills[i].secondsSeen);
        }
        _shareOut(batch);
    }

    /// @inheritdoc ILeases
    function skip(uint256 period, LeaseRef[] calldata refs) external nonReentrant {
        (bytes32 root, uint256 acceptedAt) = SETTLEMENT.rootOf(period);
        uint256 from = (root == 0 ? periodStart(period + 1) : acceptedAt) + MISSING_PERIODS * periodSeconds;
        if (block.timestamp < from) revert LeasesSkipTooEarly(period, from);
        BillingBatch memory batch = _billingBatch(period, 0);
        batch.skipsBills = root != 0;
        for (uint256 i = 0; i < refs.length; ++i) {
            _bill(batch, refs[i].instance, refs[i].token, 0);
        }
    }

    function _billingBatch(uint256 period, uint256 items) private returns (BillingBatch memory batch) {
        PRICES.fill();
        batch.period = period;
        batch.start = periodStart(period);
        batch.end = periodStart(period + 1);
        batch.price = PRICES.weiPerMicroUsd(period);
        batch.isLate = block.timestamp > periodStart(period + 2 + MISSING_PERIODS - CATCHING_UP_PERIODS);
        batch.payments = new ITreasury.Payment[](items);
    }

    function _bill(BillingBatch memory batch, InstanceKey instance, uint64 token, uint32 secondsSeen)
        private
    {
        Lease storage record = _leases().leases[instance];
        if (record.token == token && record.isOpen()) {
            _billOpen(batch, instance, record, secondsSeen);
            return;
        }
        Item memory item = _findClosed(instance, token);
        if (item.from == item.end) return _refuse(batch, instance, token, Refusal.AlreadyFinished);
        if (_isElsewhere(batch, item.from)) return _refuse(batch, instance, token, Refusal.NotThisPeriod);
        if (_skipsTooEarly(batch, instance, token)) {
            return _refuse(batch, instance, token, Refusal.SkipTooEarly);
        }
        uint256 until = Math.min(item.end, batch.end);
        uint256 billed = Math.min(secondsSeen, until - item.from);
        uint256 paid = _chargeHold(batch, item, until, LeaseRule.cost(item.rate, batch.price, billed));
        emit LeaseBilled(instance, token, batch.period, billed, paid);
        if (until == item.end) emit LeaseFinished(instance, token);
        else if (batch.isLate) _rememberLate(instance, token);
        _collect(batch, ITreasury.Payment(instance, item.device, item.beneficiary, uint96(paid)));
    }

    /// @dev The way of nearly every bill, with as few looks at storage as it takes.
    function _billOpen(
        BillingBatch memory batch,
        InstanceKey instance,
        Lease storage record,
        uint256 secondsSeen
    ) private {
        uint64 token = record.token;
        uint256 from = record.from;
        if (_isElsewhere(batch, from)) return _refuse(batch, instance, token, Refusal.NotThisPeriod);
        if (_skipsTooEarly(batch, instance, token)) {
            return _refuse(batch, instance, token, Refusal.SkipTooEarly);
        }
        uint256 rate = record.rate;
        uint256 overlap = batch.end - from;
        uint256 billed = Math.min(secondsSeen, overlap);
        uint256 charge = LeaseRule.cost(rate, batch.price, billed);
        uint256 paid = _leases().accounts[instance.accountOf()].billOpen(charge, rate * batch.price * overlap);
        record.from = uint40(batch.end);
        if (batch.isLate) _rememberLate(instance, token);
        emit LeaseBilled(instance, token, batch.period, billed, paid);
        if (paid < charge) emit LeaseUnderpaid(instance, token, batch.period, charge - paid);
        _collect(batch, ITreasury.Payment(instance, record.device, record.beneficiary, uint96(paid)));
    }

    function _rememberLate(InstanceKey instance, uint64 token) private {
        _leases().passedLateAt[instance.leaseHash(token)] = uint40(block.timestamp);
    }

    /// @dev Nobody could bill the period while the lease had not passed the one before.
    function _skipsTooEarly(BillingBatch memory batch, InstanceKey instance, uint64 token)
        private
        view
        returns (bool)
    {
        if (!batch.skipsBills) return false;
        uint256 passedAt = _leases().passedLateAt[instance.leaseHash(token)];
        return block.timestamp < passedAt + CATCHING_UP_PERIODS * periodSeconds;
    }

    function _isElsewhere(BillingBatch memory batch, uint256 from) private pure returns (bool) {
        return from < batch.start || from >= batch.end;
    }

    function _refuse(BillingBatch memory batch, InstanceKey instance, uint64 token, Refusal refusal) private {
        emit BillRefused(instance, token, batch.period, refusal);
    }

    /// @dev The closed lease in place, or a residue; `from` and `end` are equal when there is nothing to bill.
    function _findClosed(InstanceKey instance, uint64 token) private view returns (Item memory item) {
        (item.instance, item.token) = (instance, token);
        if (token == 0) return item;
        Lease storage record = _leases().leases[instance];
        if (record.token == token) {
            (item.rate, item.device, item.beneficiary) = (record.rate, record.device, record.beneficiary);
            (item.from, item.end, item.hold) = (record.from, record.end, record.reserve);
            return item;
        }
        Residue memory residue = _leases().residues[instance.leaseHash(token)];
        item.isResidue = true;
        (item.rate, item.device, item.beneficiary) = (residue.rate, residue.device, residue.beneficiary);
        item.from = residue.from;
        item.end = item.from + residue.duration;
        item.hold = residue.hold;
    }

    /// @dev A hold is used up from its beginning: the period's part is what its seconds cost, as far as it reaches.
    function _chargeHold(BillingBatch memory batch, Item memory item, uint256 until, uint256 charge)
        private
        returns (uint256 paid)
    {
        uint256 part = Math.min(item.hold, LeaseRule.cost(item.rate, batch.price, until - item.from));
        paid = Math.min(charge, part);
        if (paid < charge) emit LeaseUnderpaid(item.instance, item.token, batch.period, charge - paid);
        Account storage own = _leases().accounts[item.instance.accountOf()];
        own.charge(paid);
        own.holds -= uint88(part);
        _advance(item, until, item.hold - part);
    }

    function _advance(Item memory item, uint256 until, uint256 hold) private {
        LeasesStorage storage $ = _leases();
        if (!item.isResidue) {
            Lease storage record = $.leases[item.instance];
            record.from = uint40(until);
            record.reserve = uint96(hold);
            return;
        }
        bytes32 hash = item.instance.leaseHash(item.token);
        if (until == item.end) {
            delete $.residues[hash];
            return;
        }
        $.residues[hash] = Residue({
            rate: uint40(item.rate),
            device: item.device,
            from: uint40(until),
            duration: uint32(item.end - until),
            beneficiary: item.beneficiary,
            hold: uint88(hold)
        });
    }

    function _collect(BillingBatch memory batch, ITreasury.Payment memory payment) private pure {
        if (payment.amount == 0) return;
        batch.total += payment.amount;
        batch.payments[batch.paidItems++] = payment;
    }

    function _shareOut(BillingBatch memory batch) private {
        (ITreasury.Payment[] memory payments, uint256 length) = (batch.payments, batch.paidItems);
        if (length == 0) return;
        assembly ("memory-safe") {
            mstore(payments, length)
        }
        TREASURY.shareIncome{ value: batch.total }(batch.period, payments);
    }
}
