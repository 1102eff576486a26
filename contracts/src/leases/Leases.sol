// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

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
    using LeaseRecord for Lease;
    using LeaseRule for Account;

    constructor(uint256 genesisTime_, uint256 periodSeconds_, uint256 postingSeconds_)
        Calendar(genesisTime_, periodSeconds_)
        Openings(postingSeconds_)
    { }

    function initialize(address owner_, Terms calldata terms_) external initializer {
        __Ownable_init(owner_);
        _leases().terms = terms_;
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
            charged: own.maxTotal - own.left(),
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
        return (uint256(spendable) * 3600) / (rateSum * PRICES.currentPrice());
    }

    /// @inheritdoc ILeases
    function isApproved(address tenant, uint32 masternode) external view returns (bool) {
        return _isApproved(tenant, masternode);
    }

    /// @inheritdoc ILeases
    function lease(InstanceKey instance, uint64 token) external view returns (LeaseView memory found) {
        Lease memory record = _leases().leases[instance];
        found.token = token;
        if (token != 0 && record.token == token) {
            (found.device, found.rate, found.from, found.end) =
            (record.device, record.rate, record.from, record.end);
            (found.reserve, found.opener, found.beneficiary, found.kind) =
            (record.reserve, record.opener, record.beneficiary, record.kind);
            return found;
        }
        Residue memory residue = _leases().residues[instance.leaseHash(token)];
        (found.device, found.rate, found.from) = (residue.device, residue.rate, residue.from);
        found.end = residue.from + residue.duration;
        (found.reserve, found.beneficiary) = (residue.hold, residue.beneficiary);
        if (residue.duration == 0) found.token = 0;
    }

    /// @inheritdoc ILeases
    function lastToken(InstanceKey instance) external view returns (uint64) {
        return _leases().leases[instance].token;
    }

    /// @inheritdoc ILeases
    function terms() external view returns (Terms memory) {
        return _leases().terms;
    }

    function _integralAhead(uint256 time) private view returns (uint256) {
        if (time < block.timestamp) revert LeasesTimeInPast(time);
        return PRICES.integralAt(time);
    }

    function _requireRange(uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) revert LeasesOutOfRange(value, least, most);
    }
}
