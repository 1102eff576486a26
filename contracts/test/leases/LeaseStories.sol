// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { ITreasury } from "../../src/treasury/ITreasury.sol";
import { LeaseModel, Surroundings } from "./LeaseModel.sol";
import { LeasesFixture } from "./LeasesFixture.sol";

/// @title Random stories of several tenants, told to the contract and to the model; each batch has one to five items.
/// @dev Each step compares what it itself came to. It counts outcomes, so that a test can ask whether stories reach them.
abstract contract LeaseStories is LeasesFixture, Surroundings {
    uint256 internal constant TENANTS = 3;
    uint256 private constant INSTANCES = 3;
    uint256 private constant BATCH = 5;

    LeaseModel internal model;
    /// @dev Sums in wei over all that happened.
    uint256 internal deposited;
    uint256 internal withdrawn;
    uint256 internal paid;
    uint256 internal rewarded;

    /// @dev The price of each period as it was when the period started: it holds for ever.
    uint256[] private prices;
    uint256 private random;
    bool private changed;
    uint256 private sharings;
    mapping(bytes32 outcome => uint256) private outcomes;
    /// @dev When a kind ceased to have a price.
    mapping(uint256 kind => mapping(uint256 rate => uint256)) private ended;

    function setUp() public {
        setUpLeases();
        model = new LeaseModel(this, GENESIS, PERIOD, POSTING);
        model.setTerms(terms());
        _learnPrices();
        for (uint256 i = 0; i < TENANTS; ++i) {
            _deposit(tenant(i), 5e17);
            _setLimits(tenant(i), type(uint96).max, type(uint40).max);
            _approve(tenant(i), 1);
        }
    }

    /// @dev Everything that follows depends on the seed.
    function seedWith(uint256 seed) internal {
        random = seed;
    }

    /// @return whether anything changed, the time included
    function step() internal returns (bool) {
        changed = false;
        uint256 choice = _next(100);
        if (choice < 22) _openRandom();
        else if (choice < 30) _closeRandom();
        else if (choice < 38) _closeInsolventRandom();
        else if (choice < 60) _billRandom();
        else if (choice < 64) _skipRandom();
        else if (choice < 82) _pass();
        else if (choice < 92) _tenantStep(tenant(_next(TENANTS)));
        else _worldStep();
        _learnPrices();
        return changed;
    }

    /// @notice How often something came about, by its name or by the reason of a refusal.
    function countOf(string memory outcome) internal view returns (uint256) {
        return outcomes[keccak256(bytes(outcome))];
    }

    function countOf(ILeases.Refusal refusal) internal view returns (uint256) {
        return outcomes[bytes32(uint256(refusal))];
    }

    // ---- steps ----

    function _tenantStep(address who) private {
        uint256 choice = _next(7);
        if (choice == 0) {
            _deposit(who, 1 + _next(4e16));
        } else if (choice == 1) {
            _approve(who, uint32(1 + _next(3)));
        } else if (choice == 2) {
            _revoke(who, uint32(1 + _next(3)));
        } else if (choice == 3) {
            _setLimits(who, _limit(who), uint40(_next(3) == 0 ? 4 * RATE : type(uint40).max));
            _openRandom();
        } else if (choice == 4) {
            _announce(who, _next(2) == 0 ? _free(who) : uint96(_next(2e17)));
            _openRandom();
        } else if (choice == 5) {
            _withdraw(who);
        } else {
            _cancel(who);
        }
    }

    function _worldStep() private {
        uint256 choice = _next(24);
        changed = true;
        if (choice < 4) DEVICES.setActive(uint32(1 + _next(4)), _next(3) > 0);
        else if (choice < 8) MASTERNODES.setActive(uint32(1 + _next(3)), _next(4) > 0);
        else if (choice < 15) _quote();
        else if (choice < 19) _list();
        else if (choice < 23) _settle();
        else _setTerms();
    }

    function _pass() private {
        uint256 choice = _next(20);
        uint256 time = choice == 0 ? _next(20 * PERIOD) : choice < 5 ? _next(2 * PERIOD) : _next(40);
        vm.warp(block.timestamp + time);
        changed = time > 0;
        if (_next(2) == 0) _settle();
    }

    function _settle() private {
        uint256 current = _period();
        for (uint256 period = current > 20 ? current - 20 : 0; period < current; ++period) {
            if (SETTLEMENT.acceptedAt(period) != 0) continue;
            if (_next(8) > 0) SETTLEMENT.settle(period);
            return;
        }
    }

    function _quote() private {
        uint256 current = PRICES.weiPerMicroUsd(_period());
        vm.prank(signer);
        PRICES.quote(current * (70 + _next(60)) / 100 + 1);
    }

    function _list() private {
        uint32 kind = uint32(1 + _next(3));
        bytes32 name = PRICES.kind(kind).name;
        (uint256 before,) = PRICES.rateOf(kind);
        uint256 rate = _next(3) == 0 ? RATE : _next(6) == 0 ? 0 : 1 + _next(4 * RATE);
        if (rate != before) ended[kind][before] = block.timestamp;
        vm.prank(owner);
        PRICES.listKind(kind, name, uint40(rate));
    }

    function _setTerms() private {
        ILeases.Terms memory next = ILeases.Terms({
            bufferSeconds: uint32(600 + _next(600)),
            delaySeconds: uint32(600 + _next(600)),
            closingRewardBps: uint16(_next(2001))
        });
        vm.prank(owner);
        LEASES.setTerms(next);
        model.setTerms(next);
        _count("terms");
    }

    // ---- batches ----

    function _openRandom() private {
        uint32 opener = _next(3) == 0 ? uint32(1 + _next(3)) : 1;
        ILeases.Opening[] memory batch = new ILeases.Opening[](1 + _next(BATCH));
        if (!MASTERNODES.isActive(opener) || !PRICES.isFirm()) return _expectNoOpening(opener, batch);
        Refused[] memory expected = new Refused[](batch.length);
        uint256 refused = 0;
        for (uint256 i = 0; i < batch.length; ++i) {
            batch[i] = _randomOpening();
            LeaseModel.Tenant memory before = model.tenantOf(batch[i].instance.accountOf());
            ILeases.Refusal refusal = model.open(opener, batch[i]);
            if (refusal != ILeases.Refusal.None) {
                expected[refused++] = Refused(batch[i].instance, batch[i].token, refusal);
            }
            _tally(refusal, "opened");
            LeaseModel.Tenant memory since = model.tenantOf(batch[i].instance.accountOf());
            if (since.leaving < before.leaving) _count("leaving used");
            if (since.maxTotal > before.maxTotal) _count("former limit used");
        }
        assertRefused(openBatch(masternode(opener), batch), _cut(expected, refused), "open");
    }

    function _expectNoOpening(uint32 opener, ILeases.Opening[] memory batch) private {
        bytes memory reason = MASTERNODES.isActive(opener)
            ? abi.encodeWithSelector(ILeases.LeasesPriceNotFirm.selector)
            : abi.encodeWithSelector(ILeases.LeasesCallerNotMasternode.selector, masternode(opener));
        vm.expectRevert(reason);
        vm.prank(masternode(opener));
        LEASES.open(batch);
    }

    /// @dev Now, a little before, or when the tenant's money began to leave or its limits were lowered.
    function _randomOpening() private returns (ILeases.Opening memory) {
        InstanceKey instance = _randomInstance();
        uint64 last = model.lastOf(instance).token;
        LeaseModel.Tenant memory own = model.tenantOf(instance.accountOf());
        uint256 back = _next(3) == 0 ? _next(80) : 0;
        if (own.leaving > 0 && _next(2) == 0) back = block.timestamp - own.leavingSince;
        if (own.loweredAt > 0 && _next(8) == 0) back = block.timestamp - own.loweredAt;
        return ILeases.Opening({
            instance: instance,
            device: uint32(1 + _next(4)),
            kind: uint32(1 + _next(3)),
            startedAt: uint40(
                block.timestamp - _min(back, block.timestamp - GENESIS) + (_next(30) == 0 ? 5 : 0)
            ),
            token: _next(12) == 0 ? last : last + uint64(1 + _next(3)),
            waited: uint32(_next(3) == 0 ? _next(100) : 0)
        });
    }

    function _closeRandom() private {
        (address caller, uint32 id) = _randomCaller();
        ILeases.LeaseRef[] memory batch = new ILeases.LeaseRef[](1 + _next(BATCH));
        Refused[] memory expected = new Refused[](batch.length);
        uint256 refused = 0;
        for (uint256 i = 0; i < batch.length; ++i) {
            (InstanceKey instance, uint64 token) = _randomLease();
            batch[i] = ILeases.LeaseRef(instance, token);
            ILeases.Refusal refusal = model.close(caller, id, instance, token);
            if (refusal != ILeases.Refusal.None) expected[refused++] = Refused(instance, token, refusal);
            _tally(refusal, "closed");
        }
        assertRefused(closeBatch(caller, batch), _cut(expected, refused), "close");
    }

    function _closeInsolventRandom() private {
        (bool exists, uint256 newest) = SETTLEMENT.newestPeriod();
        uint256 staleFrom = exists ? GENESIS + (newest + 4) * PERIOD : GENESIS;
        ILeases.LeaseRef[] memory batch = new ILeases.LeaseRef[](1 + _next(BATCH));
        if (!exists || block.timestamp > staleFrom) {
            vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesSettlementStale.selector, staleFrom));
            return LEASES.closeInsolvent(batch);
        }
        (address caller, uint32 id) = _next(2) == 0 ? (stranger, 0) : _randomCaller();
        uint256 before = caller.balance;
        uint256 sum = 0;
        Refused[] memory expected = new Refused[](batch.length);
        uint256 refused = 0;
        for (uint256 i = 0; i < batch.length; ++i) {
            (InstanceKey instance, uint64 token) = _insolventLease();
            batch[i] = ILeases.LeaseRef(instance, token);
            (ILeases.Refusal refusal, uint256 reward) = model.closeInsolvent(caller, id, instance, token);
            if (refusal != ILeases.Refusal.None) expected[refused++] = Refused(instance, token, refusal);
            _tally(refusal, "closed insolvent");
            if (reward > 0) _count(sum > 0 ? "rewarded again in a batch" : "rewarded");
            sum += reward;
        }
        assertRefused(closeInsolventBatch(caller, batch), _cut(expected, refused), "closeInsolvent");
        assertEq(caller.balance - before, sum, "closing reward");
        rewarded += sum;
    }

    function _billRandom() private {
        (InstanceKey instance, uint64 token, uint256 period) = _randomUnbilled();
        if (SETTLEMENT.acceptedAt(period) == 0) return;
        ILeases.Bill[] memory batch = new ILeases.Bill[](1 + _next(BATCH));
        Refused[] memory expected = new Refused[](batch.length);
        ITreasury.Payment[] memory payments = new ITreasury.Payment[](batch.length);
        (uint256 refused, uint256 payers) = (0, 0);
        for (uint256 i = 0; i < batch.length; ++i) {
            if (i > 0) (instance, token) = _anotherUnbilled(period);
            uint32 secondsSeen = uint32(_next(4) == 0 ? _next(500) : PERIOD);
            batch[i] = ILeases.Bill(instance, token, secondsSeen);
            bool residue = token < model.lastOf(instance).token;
            LeaseModel.Billed memory billed = model.bill(period, instance, token, secondsSeen);
            if (billed.refusal != ILeases.Refusal.None) {
                expected[refused++] = Refused(instance, token, billed.refusal);
            }
            _tally(billed.refusal, residue ? "billed a residue" : "billed");
            if (billed.shortfall > 0) _count("shortfall");
            if (billed.paid == 0) continue;
            payments[payers++] =
                ITreasury.Payment(instance, billed.device, uint24(billed.beneficiary), uint96(billed.paid));
            paid += billed.paid;
        }
        assembly ("memory-safe") {
            mstore(payments, payers)
        }
        assertRefused(billBatch(period, batch), _cut(expected, refused), "bill");
        _assertShared(period, payments);
    }

    function _skipRandom() private {
        (InstanceKey instance, uint64 token, uint256 period) = _randomUnbilled();
        uint256 rooted = SETTLEMENT.acceptedAt(period);
        uint256 from = rooted == 0 ? GENESIS + (period + 15) * PERIOD : rooted + 14 * PERIOD;
        ILeases.LeaseRef[] memory batch = new ILeases.LeaseRef[](1 + _next(BATCH));
        if (block.timestamp < from) {
            vm.expectRevert(abi.encodeWithSelector(ILeases.LeasesSkipTooEarly.selector, period, from));
            return LEASES.skip(period, batch);
        }
        Refused[] memory expected = new Refused[](batch.length);
        uint256 refused = 0;
        for (uint256 i = 0; i < batch.length; ++i) {
            if (i > 0) (instance, token) = _anotherUnbilled(period);
            batch[i] = ILeases.LeaseRef(instance, token);
            LeaseModel.Billed memory billed = model.skip(period, instance, token);
            if (billed.refusal != ILeases.Refusal.None) {
                expected[refused++] = Refused(instance, token, billed.refusal);
            }
            _tally(billed.refusal, "skipped");
        }
        assertRefused(skipBatch(period, batch), _cut(expected, refused), "skip");
        assertEq(TREASURY.batches(), sharings, "a skip shares nothing out");
    }

    /// @dev The treasury got every payment of the batch, in its order, for its device and masternode.
    function _assertShared(uint256 period, ITreasury.Payment[] memory expected) private {
        if (expected.length > 0) {
            ++sharings;
            ITreasury.Payment[] memory found = TREASURY.lastPayments();
            assertEq(TREASURY.lastPeriod(), period, "the period of the payments");
            assertEq(keccak256(abi.encode(found)), keccak256(abi.encode(expected)), "payments");
        }
        assertEq(TREASURY.batches(), sharings, "batches that the treasury got");
        assertEq(TREASURY.shared(), paid, "what the treasury shared out");
        if (expected.length > 1) _count("several payments in a batch");
    }

    // ---- the tenant ----

    function _deposit(address who, uint256 amount) private {
        vm.deal(address(this), amount);
        LEASES.deposit{ value: amount }(who);
        model.deposit(who, amount);
        deposited += amount;
        changed = true;
    }

    function _approve(address who, uint32 id) private {
        vm.prank(who);
        LEASES.approve(id);
        changed = !LEASES.isApproved(who, id) || changed;
        model.approve(who, id);
    }

    function _revoke(address who, uint32 id) private {
        changed = LEASES.isApproved(who, id);
        vm.prank(who);
        LEASES.revoke(id);
        model.revoke(who, id);
    }

    function _setLimits(address who, uint256 maxTotal, uint40 maxRate) private {
        changed = model.setLimits(who, maxTotal, maxRate);
        vm.prank(who);
        try LEASES.setLimits(uint96(maxTotal), maxRate) {
            assertTrue(changed, "limits were set below what is committed");
        } catch {
            assertFalse(changed, "limits were refused");
        }
    }

    function _announce(address who, uint96 amount) private {
        changed = model.announce(who, amount);
        vm.prank(who);
        try LEASES.announceWithdrawal(amount) {
            assertTrue(changed, "more was announced than is free");
        } catch {
            assertFalse(changed, "announcement was refused");
        }
    }

    function _withdraw(address who) private {
        uint256 before = who.balance;
        uint256 expected = model.withdraw(who);
        vm.prank(who);
        try LEASES.withdraw(who) {
            changed = true;
            _count("withdrawn");
        } catch { }
        assertEq(who.balance - before, expected, "withdrawn");
        withdrawn += expected;
    }

    function _cancel(address who) private {
        changed = model.cancel(who);
        vm.prank(who);
        try LEASES.cancelWithdrawal() {
            assertTrue(changed, "nothing was leaving");
        } catch {
            assertFalse(changed, "cancel was refused");
        }
    }

    // ---- choices ----

    function _randomInstance() private returns (InstanceKey) {
        return instanceOf(tenant(_next(TENANTS)), _next(INSTANCES));
    }

    function _randomLease() private returns (InstanceKey instance, uint64 token) {
        uint256 count = model.entryCount();
        if (count == 0 || _next(10) == 0) return (_randomInstance(), uint64(_next(4)));
        LeaseModel.Entry memory entry = model.entryAt(_next(count));
        return (entry.instance, entry.token);
    }

    /// @dev Mostly an open one of an account that owes more than it has, where there is one.
    function _insolventLease() private returns (InstanceKey instance, uint64 token) {
        uint256 count = model.entryCount();
        if (count == 0 || _next(4) == 0) return _randomLease();
        uint256 first = _next(count);
        for (uint256 i = 0; i < count; ++i) {
            LeaseModel.Entry memory entry = model.entryAt((first + i) % count);
            if (entry.end != 0 || model.usable(entry.tenant) >= model.committed(entry.tenant)) continue;
            return (entry.instance, entry.token);
        }
        return _randomLease();
    }

    function _randomUnbilled() private returns (InstanceKey instance, uint64 token, uint256 period) {
        uint256 count = model.entryCount();
        if (count == 0) return (_randomInstance(), uint64(_next(4)), _period());
        LeaseModel.Entry memory entry = model.entryAt(_next(count));
        period = (entry.billedTo - GENESIS) / PERIOD;
        if (_next(10) == 0) period = period == 0 || _next(2) == 0 ? period + 1 : period - 1;
        return (entry.instance, entry.token, period);
    }

    /// @dev Mostly one that waits for its bill of that period, where there is one.
    function _anotherUnbilled(uint256 period) private returns (InstanceKey instance, uint64 token) {
        uint256 count = model.entryCount();
        if (count == 0 || _next(8) == 0) return _randomLease();
        uint256 first = _next(count);
        for (uint256 i = 0; i < count; ++i) {
            LeaseModel.Entry memory entry = model.entryAt((first + i) % count);
            if ((entry.billedTo - GENESIS) / PERIOD == period) return (entry.instance, entry.token);
        }
        return _randomLease();
    }

    function _randomCaller() private returns (address caller, uint32 id) {
        uint256 choice = _next(8);
        if (choice == 0) return (stranger, 0);
        if (choice < 3) return (tenant(_next(TENANTS)), 0);
        id = uint32(1 + _next(3));
        return (masternode(id), id);
    }

    /// @dev Around what is committed, where the rule bites.
    function _limit(address who) private returns (uint256) {
        uint256 least = model.tenantOf(who).charged + model.committed(who);
        uint256 choice = _next(4);
        if (choice == 0) return least;
        if (choice == 1) return least == 0 ? 0 : least - 1;
        return choice == 2 ? least + _next(1e17) : type(uint96).max;
    }

    function _free(address who) private view returns (uint96) {
        (uint256 own, uint256 taken) = (model.tenantOf(who).balance, model.committed(who));
        return own > taken ? uint96(own - taken) : 0;
    }

    function _next(uint256 range) private returns (uint256) {
        random = uint256(keccak256(abi.encode(random)));
        return random % range;
    }

    // ---- what else it takes ----

    function _tally(ILeases.Refusal refusal, string memory done) private {
        if (refusal == ILeases.Refusal.None) {
            changed = true;
            _count(done);
        } else {
            ++outcomes[bytes32(uint256(refusal))];
        }
    }

    function _count(string memory outcome) private {
        ++outcomes[keccak256(bytes(outcome))];
    }

    function _learnPrices() private {
        while (prices.length <= _period()) {
            prices.push(PRICES.weiPerMicroUsd(prices.length));
        }
    }

    function _cut(Refused[] memory list, uint256 length) private pure returns (Refused[] memory) {
        assembly ("memory-safe") {
            mstore(list, length)
        }
        return list;
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function _period() private view returns (uint256) {
        return (block.timestamp - GENESIS) / PERIOD;
    }

    // ---- what the model asks ----

    function priceOf(uint256 period) external view returns (uint256) {
        return prices[period];
    }

    function rateOf(uint32 kind) external view returns (uint256, uint256) {
        return PRICES.rateOf(kind);
    }

    function rateEndedAt(uint32 kind, uint256 microUsdPerHour) external view returns (uint256) {
        return ended[kind][microUsdPerHour];
    }

    function isDeviceActive(uint32 device) external view returns (bool) {
        return DEVICES.isActive(device);
    }

    function isMasternodeActive(uint32 id) external view returns (bool) {
        return MASTERNODES.isActive(id);
    }

    function rootTimeOf(uint256 period) external view returns (uint256) {
        return SETTLEMENT.acceptedAt(period);
    }

    receive() external payable { }
}
