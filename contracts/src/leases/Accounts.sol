// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "./ILeases.sol";
import { Account, LeaseRule } from "./LeaseRule.sol";
import { LeasesBase } from "./LeasesBase.sol";

/// @title A tenant's own part of the leases: balance, limits, approvals, withdrawals.
abstract contract Accounts is LeasesBase {
    using LeaseRule for Account;

    /// @inheritdoc ILeases
    function deposit(address tenant) external payable nonReentrant {
        if (msg.value == 0) revert LeasesAmountZero();
        if (tenant == address(0)) revert LeasesDepositForNobody();
        _leases().accounts[tenant].add(msg.value);
        emit Deposited(tenant, msg.sender, msg.value);
    }

    /// @inheritdoc ILeases
    function approve(uint32 masternode) external nonReentrant {
        if (MASTERNODES.payeeOf(masternode) == address(0)) revert LeasesMasternodeUnknown(masternode);
        LeasesStorage storage $ = _leases();
        if (!_isApproved(msg.sender, masternode)) {
            Approval storage approval = $.approvals[msg.sender][masternode];
            bool isRecent = approval.until + uint256($.terms.delaySeconds) >= block.timestamp;
            if (!isRecent) approval.since = uint40(block.timestamp);
            approval.until = APPROVED;
            ++$.accounts[msg.sender].approvals;
        }
        emit Approved(msg.sender, masternode);
    }

    /// @inheritdoc ILeases
    function revoke(uint32 masternode) external nonReentrant {
        LeasesStorage storage $ = _leases();
        if (_isApproved(msg.sender, masternode)) {
            $.approvals[msg.sender][masternode].until = uint40(block.timestamp);
            Account storage own = $.accounts[msg.sender];
            --own.approvals;
            own.revokedAt = uint40(block.timestamp);
        }
        emit Revoked(msg.sender, masternode);
    }

    /// @inheritdoc ILeases
    function setLimits(uint96 maxTotal, uint40 maxRate) external nonReentrant {
        Account storage own = _leases().accounts[msg.sender];
        uint256 charged = own.maxTotal - own.left();
        uint256 least = charged + own.committed(_integral());
        if (maxTotal < own.maxTotal && maxTotal < least) revert LeasesLimitBelowCommitted(maxTotal, least);
        own.setLimits(maxTotal, maxRate, _leases().terms.delaySeconds);
        emit LimitsChanged(msg.sender, maxTotal, maxRate);
    }

    /// @inheritdoc ILeases
    function announceWithdrawal(uint96 amount) external nonReentrant {
        if (amount == 0) revert LeasesAmountZero();
        Account storage own = _leases().accounts[msg.sender];
        uint256 committed = own.committed(_integral());
        uint256 free = own.balance > committed ? own.balance - committed : 0;
        if (amount > free) revert LeasesBalanceCommitted(amount, free);
        own.take(amount);
        own.leaving += amount;
        own.leavingSince = uint40(block.timestamp);
        emit WithdrawalAnnounced(msg.sender, own.leaving, block.timestamp);
    }

    /// @inheritdoc ILeases
    function cancelWithdrawal() external nonReentrant {
        Account storage own = _leases().accounts[msg.sender];
        uint96 amount = own.leaving;
        if (amount == 0) revert LeasesNothingLeaving(msg.sender);
        own.leaving = 0;
        own.add(amount);
        emit WithdrawalCancelled(msg.sender, amount);
    }

    /// @inheritdoc ILeases
    function withdraw(address to) external nonReentrant {
        LeasesStorage storage $ = _leases();
        Account storage own = $.accounts[msg.sender];
        uint256 amount = own.leaving;
        if (amount == 0) revert LeasesNothingLeaving(msg.sender);
        uint256 delay = $.terms.delaySeconds;
        bool watched = own.approvals > 0 || own.revokedAt + delay >= block.timestamp;
        if (watched && block.timestamp <= own.leavingSince + delay) {
            revert LeasesWithdrawalTooEarly(block.timestamp, own.leavingSince + delay);
        }
        own.leaving = 0;
        emit Withdrawn(msg.sender, to, amount);
        (bool sent,) = to.call{ value: amount }("");
        if (!sent) revert LeasesWithdrawalRefused(to, amount);
    }

    /// @dev The price integral at the block's time, all started periods filled.
    function _integral() internal returns (uint256) {
        PRICES.fill();
        return PRICES.integralAt(block.timestamp);
    }

    /// @dev The price integral at a time, from what it is now: the running period has one price.
    function _integralAt(uint256 time, uint256 price, uint256 integral) internal view returns (uint256) {
        if (time >= periodStart(currentPeriod())) return integral - price * (block.timestamp - time);
        return PRICES.integralAt(time);
    }
}
