// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ILeases } from "./ILeases.sol";
import { Lease, LeaseRecord } from "./LeaseRecord.sol";
import { Account, LeaseRule } from "./LeaseRule.sol";
import { Openings } from "./Openings.sol";

/// @title Closing leases: by those whose they are, by anyone when the money is used up.
abstract contract Closings is Openings {
    using LeaseRecord for Lease;
    using LeaseRule for Account;

    /// @dev Periods after its oldest unbilled period's root, or without one, in which a lease belongs to its own.
    uint256 private constant OVERDUE_PERIODS = 3;
    uint256 internal constant MISSING_PERIODS = 14;
    /// @dev Age of the newest root, in periods, up to which an account counts as insolvent.
    uint256 private constant FRESH_PERIODS = 3;
    /// @dev How long a running lease keeps a price that is not listed any more.
    uint256 private constant OLD_PRICE_SECONDS = 30 days;

    /// @dev What one batch of closings has in common.
    struct ClosingBatch {
        /// The caller's masternode, 0 when it has none.
        uint32 masternode;
        uint256 price;
        uint256 integral;
    }

    /// @inheritdoc ILeases
    function close(LeaseRef[] calldata refs) external nonReentrant {
        ClosingBatch memory batch = _closingBatch();
        for (uint256 i = 0; i < refs.length; ++i) {
            Refusal refusal = _closeAllowed(batch, refs[i]);
            if (refusal == Refusal.None) _close(batch, refs[i]);
            else emit ClosingRefused(refs[i].instance, refs[i].token, refusal);
        }
    }

    /// @inheritdoc ILeases
    function closeInsolvent(LeaseRef[] calldata refs) external nonReentrant {
        (bool exists, uint256 newest) = SETTLEMENT.newestPeriod();
        uint256 staleFrom = exists ? periodStart(newest + 1 + FRESH_PERIODS) : genesisTime;
        if (!exists || block.timestamp > staleFrom) revert LeasesSettlementStale(staleFrom);
        ClosingBatch memory batch = _closingBatch();
        uint256 reward = 0;
        for (uint256 i = 0; i < refs.length; ++i) {
            Refusal refusal = _insolvent(batch, refs[i]);
            if (refusal == Refusal.None) reward += _closeRewarded(batch, refs[i]);
            else emit ClosingRefused(refs[i].instance, refs[i].token, refusal);
        }
        _pay(msg.sender, reward);
    }

    function _closingBatch() private returns (ClosingBatch memory) {
        (uint256 price,) = PRICES.fill();
        return ClosingBatch(MASTERNODES.idOf(msg.sender), price, PRICES.integralAt(block.timestamp));
    }

    function _closeAllowed(ClosingBatch memory batch, LeaseRef calldata ref) private view returns (Refusal) {
        Lease storage record = _leases().leases[ref.instance];
        if (record.token != ref.token || !record.isOpen()) return Refusal.NotOpen;
        if (_isOwn(batch, ref, record)) return Refusal.None;
        bool orphaned = batch.masternode != 0 && MASTERNODES.isActive(batch.masternode)
            && (!DEVICES.isActive(record.device) || _isOverdue(record) || _hasOldPrice(record));
        return orphaned ? Refusal.None : Refusal.NotAllowed;
    }

    function _insolvent(ClosingBatch memory batch, LeaseRef calldata ref) private view returns (Refusal) {
        Lease storage record = _leases().leases[ref.instance];
        if (record.token != ref.token || !record.isOpen()) return Refusal.NotOpen;
        Account storage own = _leases().accounts[ref.instance.accountOf()];
        return own.spendable(batch.integral) < 0 ? Refusal.None : Refusal.Solvent;
    }

    /// @dev Whether the caller is the tenant, one of its masternodes, or the lease's opener.
    function _isOwn(ClosingBatch memory batch, LeaseRef calldata ref, Lease storage record)
        private
        view
        returns (bool)
    {
        address tenant = ref.instance.accountOf();
        if (msg.sender == tenant) return true;
        if (batch.masternode == 0) return false;
        return batch.masternode == record.opener || _isApproved(tenant, batch.masternode);
    }

    function _isOverdue(Lease storage record) private view returns (bool) {
        uint256 period = periodOf(record.from);
        (bytes32 root, uint256 acceptedAt) = SETTLEMENT.rootOf(period);
        if (root == 0) return block.timestamp >= periodStart(period + 1 + MISSING_PERIODS);
        return block.timestamp >= acceptedAt + OVERDUE_PERIODS * periodSeconds;
    }

    function _hasOldPrice(Lease storage record) private view returns (bool) {
        uint256 endedAt = PRICES.rateEndedAt(record.kind, record.rate);
        return endedAt != 0 && block.timestamp >= endedAt + OLD_PRICE_SECONDS;
    }

    /// @dev The buffer becomes free; what is reserved becomes the hold, as far as the money reaches.
    function _close(ClosingBatch memory batch, LeaseRef calldata ref) private {
        LeasesStorage storage $ = _leases();
        Lease storage record = $.leases[ref.instance];
        Account storage own = $.accounts[ref.instance.accountOf()];
        (uint256 rate, uint256 from) = (record.rate, record.from);
        uint256 integralFrom = _integralAt(from, batch.price, batch.integral);
        uint256 hold = Math.min(LeaseRule.costBetween(rate, integralFrom, batch.integral), own.unheld());
        own.holds += uint88(hold);
        own.buffers -= record.reserve;
        own.rateSum -= uint64(rate);
        own.weighted -= uint160(rate * integralFrom);
        record.end = uint40(block.timestamp);
        record.reserve = uint96(hold);
        emit LeaseClosed(ref.instance, ref.token, hold, msg.sender);
        if (from == block.timestamp) emit LeaseFinished(ref.instance, ref.token);
    }

    function _closeRewarded(ClosingBatch memory batch, LeaseRef calldata ref)
        private
        returns (uint256 reward)
    {
        LeasesStorage storage $ = _leases();
        Lease storage record = $.leases[ref.instance];
        Account storage own = $.accounts[ref.instance.accountOf()];
        uint256 buffer = record.reserve;
        bool rewarded = !_isOwn(batch, ref, record);
        _close(batch, ref);
        if (!rewarded) return 0;
        reward = Math.min((buffer * $.terms.closingRewardBps) / 10_000, own.balance - own.holds);
        own.take(reward);
        emit ClosingRewarded(ref.instance, ref.token, msg.sender, reward);
    }
}
