// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Checkpoints } from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import { System } from "../base/System.sol";
import { Leaves } from "../settlement/Leaves.sol";
import { Closings } from "./Closings.sol";
import { ILeases } from "./ILeases.sol";
import { InstanceKey } from "./InstanceKey.sol";
import { IncomePayout, Payee } from "./IncomePayout.sol";
import { Lease, LeaseRecord, Residue } from "./LeaseRecord.sol";
import { Account, LeaseRule } from "./LeaseRule.sol";

/// @title Charging the seconds of a settled period, and giving back what a credit grants.
abstract contract Billing is Closings {
    using Checkpoints for Checkpoints.Trace208;
    using LeaseRecord for Lease;
    using LeaseRule for Account;
    using IncomePayout for IncomePayout.Split;

    /// @dev Months of availability credits, in seconds.
    uint256 private constant MONTH_SECONDS = 30 days;

    /// @dev What one batch of bills has in common, and what it collects.
    struct BillingBatch {
        uint256 period;
        uint256 start;
        uint256 end;
        uint256 price;
        uint256 month;
        IncomeShares shares;
        Payee owner;
        Payee masternode;
        uint256 toReserve;
        uint256 toTreasury;
    }

    /// @dev One item: a lease or residue and the part of it in the period.
    struct Item {
        InstanceKey instance;
        uint64 token;
        uint256 secondsSeen;
        bool isResidue;
        uint256 rate;
        uint256 from;
        /// 0 while it is open.
        uint256 end;
        uint256 hold;
        uint32 device;
        uint24 beneficiary;
    }

    /// @inheritdoc ILeases
    function bill(uint256 period, Bill[] calldata bills, bytes32[] calldata nodes, bool[] calldata flags)
        external
        nonReentrant
    {
        _requireProof(period, bills, nodes, flags);
        BillingBatch memory batch = _billingBatch(period);
        for (uint256 i = 0; i < bills.length; ++i) {
            _bill(batch, bills[i].instance, bills[i].token, bills[i].secondsSeen);
        }
        _flush(batch);
    }

    /// @inheritdoc ILeases
    function skip(uint256 period, LeaseRef[] calldata refs) external nonReentrant {
        (bytes32 root, uint256 acceptedAt) = SETTLEMENT.rootOf(period);
        uint256 from = (root == 0 ? periodStart(period + 1) : acceptedAt) + MISSING_PERIODS * periodSeconds;
        if (block.timestamp < from) revert LeasesSkipTooEarly(period, from);
        BillingBatch memory batch = _billingBatch(period);
        for (uint256 i = 0; i < refs.length; ++i) {
            _bill(batch, refs[i].instance, refs[i].token, 0);
        }
    }

    /// @inheritdoc ILeases
    function credit(InstanceKey instance, uint256 month, uint256 amount) external nonReentrant {
        if (msg.sender != System.SETTLEMENT) revert LeasesCallerNotSettlement(msg.sender);
        Income storage income = _leases().incomes[instance][month % 2];
        uint256 due = income.month == month ? Math.min(amount, income.received) : 0;
        if (due <= income.credited) return;
        uint256 paid = TREASURY.payCredit(due - income.credited);
        income.credited += uint96(paid);
        _leases().accounts[instance.accountOf()].balance += uint96(paid);
        emit Credited(instance, month, paid);
    }

    function _requireProof(
        uint256 period,
        Bill[] calldata bills,
        bytes32[] calldata nodes,
        bool[] calldata flags
    ) private view {
        (bytes32 root,) = SETTLEMENT.rootOf(period);
        if (root == 0) revert LeasesPeriodNotSettled(period);
        bytes32[] memory leaves = new bytes32[](bills.length);
        for (uint256 i = 0; i < bills.length; ++i) {
            leaves[i] = Leaves.bill(bills[i].instance, bills[i].token, bills[i].secondsSeen);
        }
        if (leaves.length == 0 || !MerkleProof.multiProofVerifyCalldata(nodes, flags, root, leaves)) {
            revert LeasesProofInvalid(period);
        }
    }

    function _billingBatch(uint256 period) private returns (BillingBatch memory batch) {
        PRICES.fill();
        batch.period = period;
        batch.start = periodStart(period);
        batch.end = periodStart(period + 1);
        batch.price = PRICES.weiPerMicroUsd(period);
        batch.month = (period * periodSeconds) / MONTH_SECONDS;
        batch.shares = _incomeSharesAt(batch.start);
    }

    function _bill(BillingBatch memory batch, InstanceKey instance, uint64 token, uint32 secondsSeen) private {
        Item memory item = _find(instance, token);
        if (item.from == item.end) {
            emit BillRefused(instance, token, batch.period, Refusal.AlreadyFinished);
            return;
        }
        if (item.from < batch.start || item.from >= batch.end) {
            emit BillRefused(instance, token, batch.period, Refusal.NotThisPeriod);
            return;
        }
        item.secondsSeen = secondsSeen;
        bool open = item.end == 0;
        uint256 until = open ? batch.end : Math.min(item.end, batch.end);
        uint256 charge = LeaseRule.cost(item.rate, batch.price, Math.min(secondsSeen, until - item.from));
        uint256 paid = open ? _chargeOpen(batch, item, until, charge) : _chargeHold(batch, item, until, charge);
        emit LeaseBilled(instance, token, batch.period, secondsSeen, paid, charge - paid);
        if (until == item.end) emit LeaseFinished(instance, token);
        if (paid > 0) _split(batch, item, paid);
    }

    /// @dev The lease in place or its residue; `from` and `end` are equal when there is nothing to bill.
    function _find(InstanceKey instance, uint64 token) private view returns (Item memory item) {
        LeasesStorage storage $ = _leases();
        (item.instance, item.token) = (instance, token);
        Lease storage record = $.leases[instance];
        if (token == 0) return item;
        if (record.token == token) {
            (item.rate, item.device, item.beneficiary) = (record.rate, record.device, record.beneficiary);
            (item.from, item.end) = (record.from, record.end);
            if (item.end != 0) item.hold = record.reserve;
            return item;
        }
        Residue storage residue = $.residues[instance.leaseHash(token)];
        item.isResidue = true;
        (item.rate, item.device, item.beneficiary) = (residue.rate, residue.device, residue.beneficiary);
        item.from = residue.from;
        item.end = item.from + residue.duration;
        item.hold = residue.hold;
    }

    function _chargeOpen(BillingBatch memory batch, Item memory item, uint256 until, uint256 charge)
        private
        returns (uint256 paid)
    {
        LeasesStorage storage $ = _leases();
        Account storage own = $.accounts[item.instance.accountOf()];
        paid = Math.min(charge, own.unheld());
        own.charge(paid);
        own.weighted += uint192(item.rate * batch.price * (until - item.from));
        $.leases[item.instance].from = uint40(until);
    }

    /// @dev A hold is used up from its beginning: the period's part is what its seconds cost, as far as it reaches.
    function _chargeHold(BillingBatch memory batch, Item memory item, uint256 until, uint256 charge)
        private
        returns (uint256 paid)
    {
        uint256 part = Math.min(item.hold, LeaseRule.cost(item.rate, batch.price, until - item.from));
        paid = Math.min(charge, part);
        Account storage own = _leases().accounts[item.instance.accountOf()];
        own.charge(paid);
        own.holds -= uint96(part);
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
        Residue storage residue = $.residues[hash];
        residue.from = uint40(until);
        residue.duration = uint32(item.end - until);
        residue.hold = uint88(hold);
    }

    function _split(BillingBatch memory batch, Item memory item, uint256 paid) private {
        IncomePayout.Split memory split = IncomePayout.split(batch.shares, paid);
        _payNext(batch.owner, DEVICES.ownerAt(item.device, batch.start), split.owner);
        if (split.masternode > 0) {
            _payNext(batch.masternode, MASTERNODES.payeeOf(item.beneficiary), split.masternode);
        }
        batch.toReserve += split.toReserve;
        batch.toTreasury += split.toTreasury;
        Income storage income = _leases().incomes[item.instance][batch.month % 2];
        uint256 month = income.month;
        if (month == batch.month) income.received += uint96(split.toTreasury);
        else if (month < batch.month) {
            _leases().incomes[item.instance][batch.month % 2] =
                Income(uint32(batch.month), uint96(split.toTreasury), 0);
        }
    }

    /// @dev Collects payments to one receiver in a row; pushes them when another one comes.
    function _payNext(Payee memory payee, address receiver, uint256 amount) private {
        if (payee.receiver == receiver) {
            payee.amount += amount;
            return;
        }
        _pay(payee.receiver, payee.amount);
        (payee.receiver, payee.amount) = (receiver, amount);
    }

    function _flush(BillingBatch memory batch) private {
        _pay(batch.owner.receiver, batch.owner.amount);
        _pay(batch.masternode.receiver, batch.masternode.amount);
        if (batch.toReserve + batch.toTreasury > 0) {
            TREASURY.receiveLeaseIncome{ value: batch.toReserve + batch.toTreasury }(batch.toReserve);
        }
    }

    function _incomeSharesAt(uint256 time) internal view returns (IncomeShares memory) {
        uint208 packed = _leases().shares.upperLookupRecent(uint48(time));
        return IncomeShares(uint16(packed >> 32), uint16(packed >> 16), uint16(packed));
    }
}
