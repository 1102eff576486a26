// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";

/// @title What the model must be told of the rest of the network.
interface Surroundings {
    function priceOf(uint256 period) external view returns (uint256 weiPerMicroUsd);
    function rateOf(uint32 kind) external view returns (uint256 microUsdPerHour, uint256 since);
    function rateEndedAt(uint32 kind, uint256 microUsdPerHour) external view returns (uint256);
    function isDeviceActive(uint32 device) external view returns (bool);
    function isMasternodeActive(uint32 masternode) external view returns (bool);
    function rootTimeOf(uint256 period) external view returns (uint256 acceptedAt);
}

/// @title The rules of accounts and leases, written the long way: no packing, no running sums, a loop over everything.
/// @dev What {Leases} keeps in running sums is added up here, lease by lease and period by period. What a period's price
/// is both take from {Prices}, which a replay of its own is held to.
contract LeaseModel {
    struct Tenant {
        uint256 balance;
        uint256 leaving;
        uint256 leavingSince;
        uint256 charged;
        uint256 maxTotal;
        uint256 maxRate;
        uint256 revokedAt;
        uint256 formerTotal;
        uint256 formerRate;
        uint256 loweredAt;
    }

    struct Approval {
        bool stands;
        uint256 since;
        uint256 until;
    }

    struct Entry {
        address tenant;
        InstanceKey instance;
        uint64 token;
        uint32 device;
        uint32 kind;
        uint32 opener;
        uint32 beneficiary;
        uint256 rate;
        uint256 billedTo;
        uint256 end;
        uint256 buffer;
        uint256 hold;
        uint256 passedAt;
    }

    struct Last {
        uint64 token;
        uint256 end;
        uint32 beneficiary;
        bool open;
    }

    /// @dev What came of a bill.
    struct Billed {
        ILeases.Refusal refusal;
        uint32 device;
        uint32 beneficiary;
        uint256 paid;
        uint256 shortfall;
    }

    Surroundings private immutable around;
    uint256 private immutable genesisTime;
    uint256 private immutable periodSeconds;
    uint256 private immutable postingSeconds;

    ILeases.Terms private term;
    mapping(address => Tenant) private tenants;
    mapping(address => mapping(uint32 => Approval)) private approvals;
    mapping(address => uint32[]) private approved;
    mapping(InstanceKey => Last) private last;
    Entry[] private entries;

    constructor(Surroundings around_, uint256 genesisTime_, uint256 periodSeconds_, uint256 postingSeconds_) {
        (around, genesisTime) = (around_, genesisTime_);
        (periodSeconds, postingSeconds) = (periodSeconds_, postingSeconds_);
    }

    function setTerms(ILeases.Terms memory terms) external {
        term = terms;
    }

    // ---- the tenant ----

    function deposit(address tenant, uint256 amount) external {
        tenants[tenant].balance += amount;
    }

    function approve(address tenant, uint32 masternode) external {
        Approval storage approval = approvals[tenant][masternode];
        if (approval.stands) return;
        if (approval.since == 0) approved[tenant].push(masternode);
        bool reaches = approval.since != 0 && block.timestamp - approval.until <= term.delaySeconds;
        approvals[tenant][masternode] = Approval(true, reaches ? approval.since : block.timestamp, 0);
    }

    function revoke(address tenant, uint32 masternode) external {
        Approval storage approval = approvals[tenant][masternode];
        if (!approval.stands) return;
        approval.stands = false;
        approval.until = block.timestamp;
        tenants[tenant].revokedAt = block.timestamp;
    }

    function setLimits(address tenant, uint256 maxTotal, uint256 maxRate) external returns (bool) {
        Tenant storage own = tenants[tenant];
        bool lowered = maxTotal < own.maxTotal;
        if (lowered && maxTotal < own.charged + committed(tenant)) return false;
        if (lowered || maxRate < own.maxRate) {
            if (own.loweredAt + term.delaySeconds < block.timestamp) {
                (own.formerTotal, own.formerRate) = (0, 0);
            }
            if (own.maxTotal > own.formerTotal) own.formerTotal = own.maxTotal;
            if (own.maxRate > own.formerRate) own.formerRate = own.maxRate;
            own.loweredAt = block.timestamp;
        }
        (own.maxTotal, own.maxRate) = (maxTotal, maxRate);
        return true;
    }

    function announce(address tenant, uint256 amount) external returns (bool) {
        Tenant storage own = tenants[tenant];
        if (amount == 0 || own.balance < committed(tenant) + amount) return false;
        own.balance -= amount;
        own.leaving += amount;
        own.leavingSince = block.timestamp;
        return true;
    }

    function cancel(address tenant) external returns (bool) {
        Tenant storage own = tenants[tenant];
        if (own.leaving == 0) return false;
        own.balance += own.leaving;
        own.leaving = 0;
        return true;
    }

    /// @return amount what left, 0 when it may not leave yet
    function withdraw(address tenant) external returns (uint256 amount) {
        Tenant storage own = tenants[tenant];
        bool watched = block.timestamp <= own.revokedAt + term.delaySeconds;
        for (uint256 i = 0; i < approved[tenant].length; ++i) {
            watched = watched || approvals[tenant][approved[tenant][i]].stands;
        }
        if (watched && block.timestamp - own.leavingSince <= term.delaySeconds) return 0;
        (amount, own.leaving) = (own.leaving, 0);
    }

    // ---- leases ----

    function open(uint32 masternode, ILeases.Opening memory opening) external returns (ILeases.Refusal) {
        address tenant = opening.instance.accountOf();
        Approval memory approval = approvals[tenant][masternode];
        bool stood =
            approval.since != 0 && approval.since <= opening.startedAt && opening.startedAt <= approval.until;
        if (!approval.stands && !stood) return ILeases.Refusal.NotApproved;
        Last storage before = last[opening.instance];
        if (opening.token <= before.token || opening.token - before.token > 4_294_967_296) {
            return ILeases.Refusal.TokenNotNext;
        }
        if (before.open) return ILeases.Refusal.LeaseStillOpen;
        if (opening.startedAt > block.timestamp) return ILeases.Refusal.StartInFuture;
        if (opening.startedAt < before.end || _tooEarly(opening.startedAt)) {
            return ILeases.Refusal.StartTooEarly;
        }
        if (!around.isDeviceActive(opening.device)) return ILeases.Refusal.DeviceNotActive;
        (uint256 rate,) = around.rateOf(opening.kind);
        if (rate == 0) return ILeases.Refusal.KindNotListed;
        if (rateSum(tenant) + rate > _most(tenants[tenant], opening.startedAt).maxRate) {
            return ILeases.Refusal.RateAboveLimit;
        }
        if (!_afford(tenant, opening.startedAt, rate)) return ILeases.Refusal.FundsTooLow;
        _add(masternode, opening, rate);
        return ILeases.Refusal.None;
    }

    function close(address caller, uint32 masternode, InstanceKey instance, uint64 token)
        external
        returns (ILeases.Refusal)
    {
        (bool found, uint256 index) = _open(instance, token);
        if (!found) return ILeases.Refusal.NotOpen;
        bool own = isOwn(caller, masternode, entries[index]);
        if (!own && !(masternode != 0 && around.isMasternodeActive(masternode) && _orphaned(entries[index])))
        {
            return ILeases.Refusal.NotAllowed;
        }
        _close(index);
        return ILeases.Refusal.None;
    }

    function closeInsolvent(address caller, uint32 masternode, InstanceKey instance, uint64 token)
        external
        returns (ILeases.Refusal, uint256 reward)
    {
        (bool found, uint256 index) = _open(instance, token);
        if (!found) return (ILeases.Refusal.NotOpen, 0);
        address tenant = instance.accountOf();
        if (usable(tenant) >= committed(tenant)) return (ILeases.Refusal.Solvent, 0);
        bool own = isOwn(caller, masternode, entries[index]);
        uint256 buffer = entries[index].buffer;
        _close(index);
        if (own) return (ILeases.Refusal.None, 0);
        reward = _min(buffer * term.closingRewardBps / 10_000, tenants[tenant].balance - holds(tenant));
        tenants[tenant].balance -= reward;
        return (ILeases.Refusal.None, reward);
    }

    function bill(uint256 period, InstanceKey instance, uint64 token, uint256 secondsSeen)
        public
        returns (Billed memory billed)
    {
        (bool found, uint256 index) = _unbilled(instance, token);
        if (!found) billed.refusal = ILeases.Refusal.AlreadyFinished;
        else if (_periodOf(entries[index].billedTo) != period) billed.refusal = ILeases.Refusal.NotThisPeriod;
        if (billed.refusal != ILeases.Refusal.None) return billed;
        Entry storage entry = entries[index];
        Tenant storage own = tenants[entry.tenant];
        uint256 until = _start(period + 1);
        if (entry.end != 0 && entry.end < until) until = entry.end;
        uint256 most = cost(entry.rate, entry.billedTo, until);
        uint256 charge = cost(entry.rate, entry.billedTo, _min(until, entry.billedTo + secondsSeen));
        if (entry.end == 0) {
            billed.paid = _min(charge, usable(entry.tenant) - holds(entry.tenant));
        } else {
            uint256 part = _min(entry.hold, most);
            entry.hold -= part;
            billed.paid = _min(charge, part);
        }
        (billed.device, billed.beneficiary) = (entry.device, entry.beneficiary);
        billed.shortfall = charge - billed.paid;
        own.balance -= billed.paid;
        own.charged += billed.paid;
        entry.billedTo = until;
        entry.passedAt = block.timestamp;
    }

    /// @dev A period with a root is not skipped within three periods after the lease passed the one before.
    function skip(uint256 period, InstanceKey instance, uint64 token)
        external
        returns (Billed memory billed)
    {
        (bool found, uint256 index) = _unbilled(instance, token);
        if (found && _periodOf(entries[index].billedTo) == period && around.rootTimeOf(period) != 0) {
            billed.refusal = ILeases.Refusal.SkipTooEarly;
            if (block.timestamp - entries[index].passedAt < 3 * periodSeconds) return billed;
        }
        return bill(period, instance, token, 0);
    }

    // ---- sums ----

    function usable(address tenant) public view returns (uint256) {
        Tenant storage own = tenants[tenant];
        return _min(own.balance, own.maxTotal - own.charged);
    }

    function committed(address tenant) public view returns (uint256) {
        return holds(tenant) + buffers(tenant) + reserved(tenant);
    }

    function holds(address tenant) public view returns (uint256 sum) {
        for (uint256 i = 0; i < entries.length; ++i) {
            if (entries[i].tenant == tenant) sum += entries[i].hold;
        }
    }

    function buffers(address tenant) public view returns (uint256 sum) {
        for (uint256 i = 0; i < entries.length; ++i) {
            if (entries[i].tenant == tenant && entries[i].end == 0) sum += entries[i].buffer;
        }
    }

    function reserved(address tenant) public view returns (uint256 sum) {
        for (uint256 i = 0; i < entries.length; ++i) {
            Entry storage entry = entries[i];
            if (entry.tenant == tenant && entry.end == 0) {
                sum += cost(entry.rate, entry.billedTo, block.timestamp);
            }
        }
    }

    function rateSum(address tenant) public view returns (uint256 sum) {
        for (uint256 i = 0; i < entries.length; ++i) {
            if (entries[i].tenant == tenant && entries[i].end == 0) sum += entries[i].rate;
        }
    }

    function approvalsOf(address tenant) external view returns (uint256 count) {
        for (uint256 i = 0; i < approved[tenant].length; ++i) {
            if (approvals[tenant][approved[tenant][i]].stands) ++count;
        }
    }

    function tenantOf(address tenant) external view returns (Tenant memory) {
        return tenants[tenant];
    }

    function entryCount() external view returns (uint256) {
        return entries.length;
    }

    function entryAt(uint256 index) external view returns (Entry memory) {
        return entries[index];
    }

    function lastOf(InstanceKey instance) external view returns (Last memory) {
        return last[instance];
    }

    function isOwn(address caller, uint32 masternode, Entry memory entry) public view returns (bool) {
        if (caller == entry.tenant) return true;
        if (masternode == 0) return false;
        return masternode == entry.opener || approvals[entry.tenant][masternode].stands;
    }

    /// @notice What a rate costs from one second to another, each at the price of its period.
    function cost(uint256 rate, uint256 from, uint256 to) public view returns (uint256 sum) {
        while (from < to) {
            uint256 period = _periodOf(from);
            uint256 until = _min(to, _start(period + 1));
            sum += rate * around.priceOf(period) * (until - from) / 3600;
            from = until;
        }
    }

    /// @notice Forgets what is finished, so that the loops stay short.
    function sweep() external {
        for (uint256 i = entries.length; i > 0; --i) {
            Entry storage entry = entries[i - 1];
            if (entry.end == 0 || entry.billedTo < entry.end) continue;
            require(entry.hold == 0, "a finished lease holds money");
            entries[i - 1] = entries[entries.length - 1];
            entries.pop();
        }
    }

    // ---- inside ----

    function _tooEarly(uint256 startedAt) private view returns (bool) {
        if (startedAt + term.delaySeconds < block.timestamp) return true;
        uint256 period = _periodOf(block.timestamp);
        if (startedAt >= _start(period)) return false;
        bool filesDue = block.timestamp - _start(period) <= postingSeconds;
        return !filesDue || startedAt < _start(period - 1);
    }

    function _afford(address tenant, uint256 startedAt, uint256 rate) private returns (bool) {
        Tenant storage own = tenants[tenant];
        uint256 buffer = rate * around.priceOf(_periodOf(block.timestamp)) * term.bufferSeconds / 3600;
        uint256 needed = committed(tenant) + buffer + cost(rate, startedAt, block.timestamp);
        if (_most(own, startedAt).maxTotal < own.charged + needed) return false;
        uint256 helps = startedAt <= own.leavingSince ? own.leaving : 0;
        if (own.balance + helps < needed) return false;
        uint256 taken = own.balance < needed ? needed - own.balance : 0;
        own.leaving -= taken;
        own.balance += taken;
        if (own.maxTotal < own.charged + needed) own.maxTotal = own.charged + needed;
        return true;
    }

    /// @dev The limits of a tenant for what started then.
    function _most(Tenant memory own, uint256 startedAt) private pure returns (Tenant memory) {
        if (startedAt > own.loweredAt) return own;
        if (own.formerTotal > own.maxTotal) own.maxTotal = own.formerTotal;
        if (own.formerRate > own.maxRate) own.maxRate = own.formerRate;
        return own;
    }

    function _add(uint32 masternode, ILeases.Opening memory opening, uint256 rate) private {
        Last storage before = last[opening.instance];
        uint32 beneficiary = masternode;
        if (before.token != 0 && opening.startedAt < before.end + periodSeconds) {
            if (around.isMasternodeActive(before.beneficiary)) beneficiary = before.beneficiary;
        }
        entries.push(
            Entry({
                tenant: opening.instance.accountOf(),
                instance: opening.instance,
                token: opening.token,
                device: opening.device,
                kind: opening.kind,
                opener: masternode,
                beneficiary: beneficiary,
                rate: rate,
                billedTo: opening.startedAt,
                end: 0,
                buffer: rate * around.priceOf(_periodOf(block.timestamp)) * term.bufferSeconds / 3600,
                hold: 0,
                passedAt: 0
            })
        );
        last[opening.instance] = Last(opening.token, 0, beneficiary, true);
    }

    function _close(uint256 index) private {
        Entry storage entry = entries[index];
        uint256 owed = cost(entry.rate, entry.billedTo, block.timestamp);
        entry.hold = _min(owed, usable(entry.tenant) - holds(entry.tenant));
        entry.end = block.timestamp;
        entry.buffer = 0;
        Last storage ended = last[entry.instance];
        (ended.end, ended.open) = (block.timestamp, false);
    }

    function _orphaned(Entry storage entry) private view returns (bool) {
        if (!around.isDeviceActive(entry.device)) return true;
        (uint256 listed,) = around.rateOf(entry.kind);
        uint256 ended = around.rateEndedAt(entry.kind, entry.rate);
        if (listed != entry.rate && block.timestamp >= ended + 30 days) return true;
        uint256 period = _periodOf(entry.billedTo);
        uint256 rooted = around.rootTimeOf(period);
        if (rooted != 0) return block.timestamp >= rooted + 3 * periodSeconds;
        return block.timestamp >= _start(period + 15);
    }

    function _open(InstanceKey instance, uint64 token) private view returns (bool, uint256) {
        for (uint256 i = 0; i < entries.length; ++i) {
            if (_is(entries[i], instance, token) && entries[i].end == 0) return (true, i);
        }
        return (false, 0);
    }

    function _unbilled(InstanceKey instance, uint64 token) private view returns (bool, uint256) {
        for (uint256 i = 0; i < entries.length; ++i) {
            if (!_is(entries[i], instance, token)) continue;
            if (entries[i].end == 0 || entries[i].billedTo < entries[i].end) return (true, i);
        }
        return (false, 0);
    }

    function _is(Entry storage entry, InstanceKey instance, uint64 token) private view returns (bool) {
        return InstanceKey.unwrap(entry.instance) == InstanceKey.unwrap(instance) && entry.token == token;
    }

    function _periodOf(uint256 time) private view returns (uint256) {
        return (time - genesisTime) / periodSeconds;
    }

    function _start(uint256 period) private view returns (uint256) {
        return genesisTime + period * periodSeconds;
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
