// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Checkpoints } from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import { Calendar } from "../base/Calendar.sol";
import { Billing } from "./Billing.sol";
import { ILeases } from "./ILeases.sol";
import { InstanceKey } from "./InstanceKey.sol";
import { Lease, LeaseRecord, Residue } from "./LeaseRecord.sol";
import { Account, LeaseRule } from "./LeaseRule.sol";
import { Openings } from "./Openings.sol";

/// @title Accounts, what they may owe, and the leases that make them owe it.
/// @dev Parts by action: {Accounts}, {Openings}, {Closings}, {Billing}. Here: governed terms and views.
contract Leases is Billing {
    using Checkpoints for Checkpoints.Trace208;
    using LeaseRecord for Lease;
    using LeaseRule for Account;

    constructor(uint256 genesisTime_, uint256 periodSeconds_, uint256 postingSeconds_)
        Calendar(genesisTime_, periodSeconds_)
        Openings(postingSeconds_)
    { }

    function initialize(address owner_, Terms calldata terms_, IncomeShares calldata shares) external initializer {
        __Ownable_init(owner_);
        _leases().terms = terms_;
        _setIncomeShares(genesisTime, shares);
    }

    /// @inheritdoc ILeases
    function setIncomeShares(IncomeShares calldata shares) external onlyOwner {
        _requireRange(shares.ownerBps, 5000, 10_000);
        _requireRange(shares.reserveBps, 1000, 10_000);
        _requireRange(shares.masternodeBps, 0, 10_000 - shares.reserveBps);
        _setIncomeShares(block.timestamp, shares);
        emit IncomeSharesChanged(shares.ownerBps, shares.masternodeBps, shares.reserveBps);
    }

    /// @inheritdoc ILeases
    function setTerms(Terms calldata terms_) external onlyOwner {
        _requireRange(terms_.bufferSeconds, 600, 1 days);
        _requireRange(terms_.delaySeconds, 600, 7200);
        _requireRange(terms_.closingRewardBps, 0, 2000);
        _leases().terms = terms_;
        emit TermsChanged(terms_.bufferSeconds, terms_.delaySeconds, terms_.closingRewardBps);
    }

    /// @inheritdoc ILeases
    function account(address tenant) external view returns (AccountView memory) {
        Account storage own = _leases().accounts[tenant];
        return AccountView({
            balance: own.balance,
            leaving: own.leaving,
            leavingSince: own.leavingSince,
            charged: own.maxTotal - own.left,
            maxTotal: own.maxTotal,
            maxRate: own.maxRate,
            holds: own.holds,
            buffers: own.buffers,
            rateSum: own.rateSum,
            weighted: own.weighted,
            approvals: own.approvals
        });
    }

    /// @inheritdoc ILeases
    function reservedAt(address tenant, uint256 time) external view returns (uint256) {
        return _leases().accounts[tenant].reserved(_integralAhead(time));
    }

    /// @inheritdoc ILeases
    function spendableAt(address tenant, uint256 time) public view returns (int256) {
        return _leases().accounts[tenant].spendable(_integralAhead(time));
    }

    /// @inheritdoc ILeases
    function runwayAt(address tenant, uint256 time) external view returns (uint256) {
        uint256 rateSum = _leases().accounts[tenant].rateSum;
        if (rateSum == 0) return type(uint256).max;
        int256 spendable = spendableAt(tenant, time);
        if (spendable <= 0) return 0;
        return (uint256(spendable) * 3600) / (rateSum * PRICES.weiPerMicroUsd(currentPeriod()));
    }

    /// @inheritdoc ILeases
    function isApproved(address tenant, uint32 masternode) external view returns (bool) {
        return _isApproved(tenant, masternode);
    }

    /// @inheritdoc ILeases
    function lease(InstanceKey instance, uint64 token) external view returns (LeaseView memory found) {
        Lease storage record = _leases().leases[instance];
        if (token != 0 && record.token == token) {
            return record.end == record.from ? found : _view(record);
        }
        Residue storage residue = _leases().residues[instance.leaseHash(token)];
        if (residue.duration == 0) return found;
        found.token = token;
        (found.device, found.rate, found.from) = (residue.device, residue.rate, residue.from);
        found.end = residue.from + residue.duration;
        (found.reserve, found.beneficiary) = (residue.hold, residue.beneficiary);
    }

    /// @inheritdoc ILeases
    function lastLease(InstanceKey instance) external view returns (LeaseView memory) {
        return _view(_leases().leases[instance]);
    }

    /// @inheritdoc ILeases
    function incomeOf(InstanceKey instance, uint256 month)
        external
        view
        returns (uint256 received, uint256 credited)
    {
        Income storage income = _leases().incomes[instance][month % 2];
        return income.month == month ? (income.received, income.credited) : (0, 0);
    }

    /// @inheritdoc ILeases
    function incomeShares() external view returns (IncomeShares memory) {
        return _incomeSharesAt(block.timestamp);
    }

    /// @inheritdoc ILeases
    function terms() external view returns (Terms memory) {
        return _leases().terms;
    }

    function _view(Lease storage record) private view returns (LeaseView memory) {
        return LeaseView({
            token: record.token,
            device: record.device,
            rate: record.rate,
            from: record.from,
            end: record.end,
            reserve: record.reserve,
            opener: record.opener,
            beneficiary: record.beneficiary,
            kind: record.kind
        });
    }

    function _integralAhead(uint256 time) private view returns (uint256) {
        if (time < block.timestamp) revert LeasesTimeInPast(time);
        return PRICES.integralAt(time);
    }

    function _setIncomeShares(uint256 from, IncomeShares calldata shares) private {
        uint208 packed = (uint208(shares.ownerBps) << 32) | (uint208(shares.masternodeBps) << 16)
            | shares.reserveBps;
        _leases().shares.push(uint48(from), packed);
    }

    function _requireRange(uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) revert LeasesOutOfRange(value, least, most);
    }
}
