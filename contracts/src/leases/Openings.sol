// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Accounts } from "./Accounts.sol";
import { ILeases } from "./ILeases.sol";
import { InstanceKey } from "./InstanceKey.sol";
import { Lease, LeaseRecord } from "./LeaseRecord.sol";
import { Account, LeaseRule } from "./LeaseRule.sol";

/// @title Opening leases.
abstract contract Openings is Accounts {
    using LeaseRecord for Lease;
    using LeaseRule for Account;

    /// @dev Most by which a token may exceed the instance's last one: nobody can leap to the end of the numbers.
    uint256 private constant TOKEN_STEP = 2 ** 32;

    /// @dev What an availability credit looks back on: who comes back after that was not waiting.
    uint256 private constant LONGEST_WAIT = 30 days;

    /// @notice How long into a period an opening may still start in the one before, in seconds: until its files are due.
    uint256 public immutable postingSeconds;

    /// @dev What one batch of openings has in common.
    struct OpeningBatch {
        uint24 masternode;
        uint256 price;
        uint256 integral;
        /// Nothing may have started before.
        uint256 earliest;
        uint256 bufferSeconds;
        /// The kind that was opened last, and its rate.
        uint32 kind;
        uint256 rate;
    }

    constructor(uint256 postingSeconds_) {
        postingSeconds = postingSeconds_;
    }

    /// @inheritdoc ILeases
    function open(Opening[] calldata openings) external nonReentrant {
        uint32 masternode = MASTERNODES.activeIdOf(msg.sender);
        if (masternode == 0) revert LeasesCallerNotMasternode(msg.sender);
        (uint256 price, bool firm) = PRICES.fill();
        if (!firm) revert LeasesPriceNotFirm();
        Terms storage term = _leases().terms;
        OpeningBatch memory batch = OpeningBatch({
            masternode: uint24(masternode),
            price: price,
            integral: PRICES.integralAt(block.timestamp),
            earliest: _earliestStart(term.delaySeconds),
            bufferSeconds: term.bufferSeconds,
            kind: 0,
            rate: 0
        });
        bool[] memory active = _activeDevices(openings);
        for (uint256 i = 0; i < openings.length; ++i) {
            Refusal refusal = _open(batch, openings[i], active[i]);
            if (refusal != Refusal.None) {
                emit OpeningRefused(openings[i].instance, openings[i].token, refusal);
            }
        }
    }

    function _activeDevices(Opening[] calldata openings) private view returns (bool[] memory) {
        uint32[] memory devices = new uint32[](openings.length);
        for (uint256 i = 0; i < openings.length; ++i) {
            devices[i] = openings[i].device;
        }
        return DEVICES.areActive(devices);
    }

    function _open(OpeningBatch memory batch, Opening calldata opening, bool isDeviceActive)
        private
        returns (Refusal refusal)
    {
        refusal = _checkOpening(batch, opening);
        if (refusal != Refusal.None) return refusal;
        if (!isDeviceActive) return Refusal.DeviceNotActive;
        uint256 rate = _rateOf(batch, opening.kind);
        if (rate == 0) return Refusal.KindNotListed;
        uint256 buffer = LeaseRule.cost(rate, batch.price, batch.bufferSeconds);
        refusal = _reserve(batch, opening, rate, buffer);
        if (refusal != Refusal.None) return refusal;
        uint256 waited = _waited(opening);
        _record(batch, opening, uint40(rate), uint96(buffer));
        _emitOpened(opening, rate, batch.masternode, waited);
    }

    function _checkOpening(OpeningBatch memory batch, Opening calldata opening)
        private
        view
        returns (Refusal)
    {
        Approval storage approval = _leases().approvals[opening.instance.accountOf()][batch.masternode];
        (uint256 since, uint256 until) = (approval.since, approval.until);
        if (until != APPROVED && (opening.startedAt < since || opening.startedAt > until)) {
            return Refusal.NotApproved;
        }
        Lease storage last = _leases().leases[opening.instance];
        if (opening.token <= last.token || opening.token > last.token + TOKEN_STEP) {
            return Refusal.TokenNotNext;
        }
        if (last.isOpen()) return Refusal.LeaseStillOpen;
        if (opening.startedAt > block.timestamp) return Refusal.StartInFuture;
        if (opening.startedAt < batch.earliest || opening.startedAt < last.end) return Refusal.StartTooEarly;
        return Refusal.None;
    }

    /// @dev 0 for a kind that is not listed, as for kind 0.
    function _rateOf(OpeningBatch memory batch, uint32 kind) private view returns (uint256) {
        if (kind != batch.kind) {
            (batch.rate,) = PRICES.rateOf(kind);
            batch.kind = kind;
        }
        return batch.rate;
    }

    /// @dev Books the lease's rate and buffer on its account, if limit and money allow it.
    function _reserve(OpeningBatch memory batch, Opening calldata opening, uint256 rate, uint256 buffer)
        private
        returns (Refusal)
    {
        address tenant = opening.instance.accountOf();
        Account storage own = _leases().accounts[tenant];
        if (!own.allowsRate(own.rateSum + rate, opening.startedAt)) return Refusal.RateAboveLimit;
        uint256 integralFrom = _integralAt(opening.startedAt, batch.price, batch.integral);
        uint256 atOnce = LeaseRule.costBetween(rate, integralFrom, batch.integral);
        uint256 needed = own.committed(batch.integral) + buffer + atOnce;
        if (!_provide(tenant, needed, opening.startedAt)) return Refusal.FundsTooLow;
        own.buffers += uint96(buffer);
        own.rateSum += uint64(rate);
        own.weighted += uint160(rate * integralFrom);
        return Refusal.None;
    }

    /// @dev Makes `needed` wei usable: what is leaving, or above a limit that was lowered, still serves what started before
    /// that was said.
    function _provide(address tenant, uint256 needed, uint256 startedAt) private returns (bool) {
        Account storage own = _leases().accounts[tenant];
        (uint256 balance, uint256 left) = (own.balance, own.left());
        if (balance >= needed && left >= needed) return true;
        uint256 missing = needed - Math.min(needed, balance);
        if (missing > 0 && (own.leaving < missing || startedAt > own.leavingSince)) return false;
        uint256 more = needed - Math.min(needed, left);
        if (more > 0 && !own.allowsMore(more, startedAt)) return false;
        if (missing > 0) {
            own.leaving -= uint96(missing);
            own.add(missing);
            emit LeavingUsed(tenant, missing);
        }
        if (more > 0) {
            own.raiseTotal(more);
            emit LimitsChanged(tenant, own.maxTotal, own.maxRate);
        }
        return true;
    }

    /// @dev Overwrites the instance's last lease; what is unbilled of it moves to a residue.
    function _record(OpeningBatch memory batch, Opening calldata opening, uint40 rate, uint96 buffer)
        private
    {
        LeasesStorage storage $ = _leases();
        Lease storage record = $.leases[opening.instance];
        uint24 beneficiary = _beneficiary(record, batch.masternode, opening.startedAt);
        if (record.isUnbilled()) {
            $.residues[opening.instance.leaseHash(record.token)] = record.toResidue();
        }
        $.leases[opening.instance] = Lease({
            token: opening.token,
            device: opening.device,
            rate: rate,
            from: opening.startedAt,
            end: 0,
            beneficiary: beneficiary,
            reserve: buffer,
            opener: batch.masternode,
            kind: opening.kind
        });
    }

    /// @dev What the masternode says that it waited, at most since its last lease; nothing where there was none, or long ago.
    function _waited(Opening calldata opening) private view returns (uint256) {
        if (opening.waited == 0) return 0;
        uint256 end = _leases().leases[opening.instance].end;
        // The opening was checked not to start before that.
        uint256 gap = opening.startedAt - end;
        return end == 0 || gap > LONGEST_WAIT ? 0 : Math.min(opening.waited, gap);
    }

    function _emitOpened(Opening calldata opening, uint256 rate, uint256 masternode, uint256 waited) private {
        emit LeaseOpened(
            opening.instance,
            opening.token,
            opening.device,
            opening.kind,
            rate,
            opening.startedAt,
            uint32(masternode),
            waited
        );
    }

    /// @dev Whoever reopens an instance within a period gains nothing by it: the share stays where it was.
    function _beneficiary(Lease storage last, uint24 masternode, uint256 startedAt)
        private
        view
        returns (uint24)
    {
        uint24 earlier = last.beneficiary;
        if (earlier == 0 || earlier == masternode || startedAt >= last.end + periodSeconds) {
            return masternode;
        }
        return MASTERNODES.isActive(earlier) ? earlier : masternode;
    }

    /// @dev Not before the running period, except while files of the one before are still due; never past the delay.
    function _earliestStart(uint256 delay) private view returns (uint256) {
        uint256 period = currentPeriod();
        bool stillDue = period > 0 && block.timestamp <= periodStart(period) + postingSeconds;
        return Math.max(periodStart(stillDue ? period - 1 : period), block.timestamp - delay);
    }
}
