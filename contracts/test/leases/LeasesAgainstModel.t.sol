// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { LeaseModel, Surroundings } from "./LeaseModel.sol";
import { LeasesFixture } from "./LeasesFixture.sol";

/// @title Random stories of several tenants, told to the contract and to the model: equal to the wei after each step.
/// @dev 256 stories of 400 steps. Forge prints the seed of a story that fails.
contract LeasesAgainstModelTest is LeasesFixture, Surroundings {
    uint256 private constant STEPS = 400;
    uint256 private constant TENANTS = 3;
    uint256 private constant INSTANCES = 3;

    LeaseModel private model;
    mapping(uint256 => uint256) private prices;
    uint256 private random;
    uint256 private deposited;
    uint256 private withdrawn;
    uint256 private paid;
    uint256 private rewarded;

    function setUp() public {
        setUpLeases();
        model = new LeaseModel(this, GENESIS, PERIOD, POSTING);
        model.setTerms(terms());
        for (uint256 i = 0; i < TENANTS; ++i) {
            _deposit(tenant(i), 5e17);
            _setLimits(tenant(i), type(uint96).max, type(uint40).max);
            _approve(tenant(i), 1);
        }
    }

    function testFuzz_equalsTheModelAfterEachStep(uint256 seed) public {
        random = seed;
        for (uint256 step = 0; step < STEPS; ++step) {
            _step();
            model.sweep();
            _compare();
        }
    }

    // ---- steps ----

    function _step() private {
        uint256 choice = _next(100);
        if (choice < 22) _openRandom();
        else if (choice < 32) _closeRandom();
        else if (choice < 38) _closeInsolventRandom();
        else if (choice < 60) _billRandom();
        else if (choice < 64) _skipRandom();
        else if (choice < 82) _pass();
        else if (choice < 92) _tenantStep(tenant(_next(TENANTS)));
        else _worldStep();
    }

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
        } else if (choice == 4) {
            _announce(who, uint96(_next(2e17)));
        } else if (choice == 5) {
            _withdraw(who);
        } else {
            _cancel(who);
        }
    }

    function _worldStep() private {
        uint256 choice = _next(6);
        if (choice == 0) DEVICES.setActive(uint32(1 + _next(4)), _next(3) > 0);
        else if (choice == 1) MASTERNODES.setActive(uint32(1 + _next(3)), _next(4) > 0);
        else if (choice < 4) _quote();
        else if (choice == 4) _list();
        else _settle();
    }

    function _pass() private {
        uint256 choice = _next(20);
        uint256 time = choice == 0 ? _next(20 * PERIOD) : choice < 5 ? _next(2 * PERIOD) : _next(40);
        vm.warp(block.timestamp + time);
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
        vm.prank(owner);
        PRICES.listKind(kind, name, uint40(_next(6) == 0 ? 0 : 1 + _next(4 * RATE)));
    }

    function _openRandom() private {
        InstanceKey instance = _randomInstance();
        uint64 last = model.lastOf(instance).token;
        uint32 opener = _next(3) == 0 ? uint32(1 + _next(3)) : 1;
        uint256 back = _next(3) == 0 ? _next(80) : 0;
        ILeases.Opening memory opening = ILeases.Opening({
            instance: instance,
            device: uint32(1 + _next(4)),
            kind: uint32(1 + _next(3)),
            startedAt: uint40(
                block.timestamp - _min(back, block.timestamp - GENESIS) + (_next(30) == 0 ? 5 : 0)
            ),
            token: _next(12) == 0 ? last : last + uint64(1 + _next(3))
        });
        bool firm = PRICES.isFirm();
        if (!firm || !MASTERNODES.isActive(opener)) return;
        ILeases.Refusal expected = model.open(opener, opening);
        _assertRefusal(openOne(masternode(opener), opening), expected, "open");
    }

    function _closeRandom() private {
        (InstanceKey instance, uint64 token) = _randomLease();
        (address caller, uint32 id) = _randomCaller();
        ILeases.Refusal expected = model.close(caller, id, instance, token);
        _assertRefusal(closeOne(caller, instance, token), expected, "close");
    }

    function _closeInsolventRandom() private {
        (bool exists, uint256 newest) = SETTLEMENT.newestPeriod();
        if (!exists || block.timestamp > GENESIS + (newest + 4) * PERIOD) return;
        (InstanceKey instance, uint64 token) = _randomLease();
        (address caller, uint32 id) = _next(2) == 0 ? (stranger, 0) : _randomCaller();
        uint256 before = caller.balance;
        (ILeases.Refusal expected, uint256 reward) = model.closeInsolvent(caller, id, instance, token);
        _assertRefusal(closeInsolventOne(caller, instance, token), expected, "closeInsolvent");
        assertEq(caller.balance - before, reward, "closing reward");
        rewarded += reward;
    }

    function _billRandom() private {
        (InstanceKey instance, uint64 token, uint256 period) = _randomUnbilled();
        if (SETTLEMENT.acceptedAt(period) == 0) return;
        uint32 secondsSeen = uint32(_next(4) == 0 ? _next(500) : PERIOD);
        (ILeases.Refusal expected, uint256 amount) = model.bill(period, instance, token, secondsSeen);
        _assertRefusal(billOne(period, instance, token, secondsSeen), expected, "bill");
        paid += amount;
        assertEq(TREASURY.shared(), paid, "what the treasury shared out");
    }

    function _skipRandom() private {
        (InstanceKey instance, uint64 token, uint256 period) = _randomUnbilled();
        uint256 rooted = SETTLEMENT.acceptedAt(period);
        uint256 from = rooted == 0 ? GENESIS + (period + 15) * PERIOD : rooted + 14 * PERIOD;
        if (block.timestamp < from) return;
        (ILeases.Refusal expected,) = model.bill(period, instance, token, 0);
        _assertRefusal(skipOne(period, instance, token), expected, "skip");
    }

    function _deposit(address who, uint256 amount) private {
        vm.deal(address(this), amount);
        LEASES.deposit{ value: amount }(who);
        model.deposit(who, amount);
        deposited += amount;
    }

    function _approve(address who, uint32 id) private {
        vm.prank(who);
        LEASES.approve(id);
        model.approve(who, id);
    }

    function _revoke(address who, uint32 id) private {
        vm.prank(who);
        LEASES.revoke(id);
        model.revoke(who, id);
    }

    function _setLimits(address who, uint256 maxTotal, uint40 maxRate) private {
        bool expected = model.setLimits(who, maxTotal, maxRate);
        vm.prank(who);
        try LEASES.setLimits(uint96(maxTotal), maxRate) {
            assertTrue(expected, "limits were set below what is committed");
        } catch {
            assertFalse(expected, "limits were refused");
        }
    }

    function _announce(address who, uint96 amount) private {
        bool expected = model.announce(who, amount);
        vm.prank(who);
        try LEASES.announceWithdrawal(amount) {
            assertTrue(expected, "more was announced than is free");
        } catch {
            assertFalse(expected, "announcement was refused");
        }
    }

    function _withdraw(address who) private {
        uint256 before = who.balance;
        uint256 expected = model.withdraw(who);
        vm.prank(who);
        try LEASES.withdraw(who) { } catch { }
        assertEq(who.balance - before, expected, "withdrawn");
        withdrawn += expected;
    }

    function _cancel(address who) private {
        bool expected = model.cancel(who);
        vm.prank(who);
        try LEASES.cancelWithdrawal() {
            assertTrue(expected, "nothing was leaving");
        } catch {
            assertFalse(expected, "cancel was refused");
        }
    }

    // ---- comparison ----

    function _compare() private view {
        uint256 kept = 0;
        for (uint256 i = 0; i < TENANTS; ++i) {
            kept += _compareTenant(tenant(i));
        }
        assertEq(deposited, withdrawn + kept + paid + rewarded, "conservation");
        assertEq(address(LEASES).balance, kept, "what the contract holds");
    }

    function _compareTenant(address who) private view returns (uint256 kept) {
        ILeases.AccountView memory own = LEASES.account(who);
        LeaseModel.Tenant memory expected = model.tenantOf(who);
        assertEq(own.balance, expected.balance, "balance");
        assertEq(own.leaving, expected.leaving, "leaving");
        assertEq(own.charged, expected.charged, "charged");
        assertEq(own.maxTotal, expected.maxTotal, "maxTotal");
        assertEq(own.holds, model.holds(who), "holds");
        assertEq(own.buffers, model.buffers(who), "buffers");
        assertEq(own.rateSum, model.rateSum(who), "rateSum");
        uint256 reserved = model.reserved(who);
        assertEq(LEASES.reservedAt(who, block.timestamp), reserved, "reserved");
        int256 spendable =
            int256(model.usable(who)) - int256(own.holds) - int256(own.buffers) - int256(reserved);
        assertTrue(LEASES.spendableAt(who, block.timestamp) == spendable, "spendable");
        assertTrue(own.holds <= own.balance, "holds are more than the balance");
        if (own.rateSum == 0) assertEq(own.weighted + own.buffers, 0, "nothing runs, something is kept");
        return own.balance + own.leaving;
    }

    function _assertRefusal(ILeases.Refusal found, ILeases.Refusal expected, string memory what)
        private
        pure
    {
        assertEq(uint256(found), uint256(expected), what);
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

    function _randomUnbilled() private returns (InstanceKey instance, uint64 token, uint256 period) {
        uint256 count = model.entryCount();
        if (count == 0) return (_randomInstance(), uint64(_next(4)), _period());
        LeaseModel.Entry memory entry = model.entryAt(_next(count));
        period = (entry.billedTo - GENESIS) / PERIOD;
        if (_next(10) == 0) period = period == 0 || _next(2) == 0 ? period + 1 : period - 1;
        return (entry.instance, entry.token, period);
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

    function _next(uint256 range) private returns (uint256) {
        random = uint256(keccak256(abi.encode(random)));
        return random % range;
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function _period() private view returns (uint256) {
        return (block.timestamp - GENESIS) / PERIOD;
    }

    // ---- what the model asks ----

    function priceOf(uint256 period) external view returns (uint256) {
        return PRICES.weiPerMicroUsd(period);
    }

    function rateOf(uint32 kind) external view returns (uint256, uint256) {
        return PRICES.rateOf(kind);
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
