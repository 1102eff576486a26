// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Calendar } from "../../src/base/Calendar.sol";
import { System } from "../../src/base/System.sol";
import { Emission } from "../../src/emission/Emission.sol";
import { IEmission } from "../../src/emission/IEmission.sol";
import { Deploy } from "../base/Deploy.sol";

/// @dev Stands in for the settlement: takes what is released, unless it is told to refuse.
contract Taker {
    bool public refuses;

    function setRefuses(bool refuses_) external {
        refuses = refuses_;
    }

    receive() external payable {
        require(!refuses, "refused");
    }
}

/// @dev Releases periods in any order, more than once, early and late.
contract Releaser is Deploy {
    Emission private constant EMISSION = Emission(System.EMISSION);

    mapping(uint256 period => bool) public released;
    uint256 public sum;

    function pass(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 0, 3000 days));
    }

    function release(uint256 period) external {
        uint256 current = EMISSION.currentPeriod();
        _try(bound(period, 0, current + 2), current);
    }

    function releaseMany(uint256 first, uint256 count) external {
        uint256 current = EMISSION.currentPeriod();
        first = bound(first, 0, current);
        count = bound(count, 1, 50);
        for (uint256 period = first; period < first + count; ++period) {
            _try(period, current);
        }
    }

    function _try(uint256 period, uint256 current) private {
        vm.prank(System.SETTLEMENT);
        try EMISSION.release(period) returns (uint256 amount) {
            assertTrue(period < current, "only what is over");
            assertFalse(released[period], "only once");
            assertEq(amount, EMISSION.emissionOf(period), "what the schedule says");
            released[period] = true;
            sum += amount;
        } catch {
            assertTrue(period >= current || released[period], "nothing else is refused");
        }
    }
}

abstract contract EmissionFixture is Deploy {
    uint256 internal constant GENESIS = 1_800_000_000;
    uint256 internal constant SUPPLY = 10_500_000e18;
    Emission internal constant EMISSION = Emission(System.EMISSION);

    function setUpEmission(uint256 periodSeconds) internal {
        vm.warp(GENESIS);
        deployAt(
            System.EMISSION, abi.encodePacked(creationCodeOf("Emission"), abi.encode(GENESIS, periodSeconds))
        );
        vm.deal(System.EMISSION, SUPPLY);
        vm.etch(System.SETTLEMENT, type(Taker).runtimeCode);
    }
}

contract EmissionTest is EmissionFixture {
    uint256 private constant PERIOD = 300;

    function setUp() public {
        setUpEmission(PERIOD);
    }

    function test_releasesAPeriodOnceItIsOver() public {
        uint256 end = GENESIS + 5 * PERIOD;
        vm.startPrank(System.SETTLEMENT);
        vm.warp(end - 1);
        vm.expectRevert(abi.encodeWithSelector(IEmission.EmissionPeriodNotOver.selector, 4, end));
        EMISSION.release(4);
        vm.warp(end);
        vm.recordLogs();
        assertEq(EMISSION.release(4), 12.5e18, "what it returns");
        vm.stopPrank();
        assertEq(System.SETTLEMENT.balance, 12.5e18, "what arrives");
        assertEq(System.EMISSION.balance, SUPPLY - 12.5e18, "what is left");
        assertEq(vm.getRecordedLogs()[0].topics[0], IEmission.Released.selector, "the event");
        assertTrue(EMISSION.isReleased(4), "marked");
        assertFalse(EMISSION.isReleased(3), "nothing else is");
    }

    function test_aPeriodIsReleasedOnce() public {
        vm.warp(GENESIS + PERIOD);
        vm.startPrank(System.SETTLEMENT);
        EMISSION.release(0);
        vm.expectRevert(abi.encodeWithSelector(IEmission.EmissionAlreadyReleased.selector, 0));
        EMISSION.release(0);
        vm.stopPrank();
    }

    function testFuzz_guardsReleaseAgainstEverybodyButTheSettlement(address caller) public {
        vm.assume(caller != System.SETTLEMENT);
        vm.warp(GENESIS + PERIOD);
        vm.expectRevert(abi.encodeWithSelector(IEmission.EmissionCallerNotSettlement.selector, caller));
        vm.prank(caller);
        EMISSION.release(0);
    }

    function test_anUnsettledPeriodWaits() public {
        vm.warp(GENESIS + 1000 * PERIOD);
        vm.prank(System.SETTLEMENT);
        assertEq(EMISSION.release(0), 12.5e18, "still all of it");
    }

    function test_aRefusedReleaseChangesNothing() public {
        vm.warp(GENESIS + PERIOD);
        Taker(payable(System.SETTLEMENT)).setRefuses(true);
        vm.expectRevert(abi.encodeWithSelector(Emission.EmissionRefused.selector, 0, 12.5e18));
        vm.prank(System.SETTLEMENT);
        EMISSION.release(0);
        assertFalse(EMISSION.isReleased(0), "it waits");
    }

    function test_aPeriodPastTheEndSendsNothing() public {
        uint256 last = (9 * 1461 + 192) * 288;
        vm.warp(GENESIS + (last + 1) * PERIOD);
        vm.prank(System.SETTLEMENT);
        assertEq(EMISSION.release(last), 0, "nothing is left to emit");
        assertEq(EMISSION.emittedBefore(last), SUPPLY, "all was emitted before");
    }

    function test_refusesPeriodsThatDoNotDivide() public {
        _expectNoEmission(100, abi.encodeWithSelector(Emission.EmissionInexact.selector, 100));
        _expectNoEmission(7, abi.encodeWithSelector(Calendar.CalendarInvalid.selector, GENESIS, 7));
        _expectNoEmission(0, abi.encodeWithSelector(Calendar.CalendarInvalid.selector, GENESIS, 0));
    }

    function _expectNoEmission(uint256 periodSeconds, bytes memory reason) private {
        address other = address(0xe815);
        bytes memory code = abi.encodePacked(creationCodeOf("Emission"), abi.encode(GENESIS, periodSeconds));
        vm.expectRevert(abi.encodeWithSelector(CreationFailed.selector, other, reason));
        this.deploy(other, code);
    }

    function deploy(address target, bytes memory code) external {
        deployAt(target, code);
    }

    function test_aPeriodsStartBelongsToIt() public {
        assertEq(EMISSION.genesisTime(), GENESIS, "genesis");
        assertEq(EMISSION.periodOf(GENESIS), 0, "the first second");
        assertEq(EMISSION.periodOf(GENESIS + PERIOD - 1), 0, "the last second");
        assertEq(EMISSION.periodOf(GENESIS + PERIOD), 1, "the end is the next one's start");
        assertEq(EMISSION.periodStart(7), GENESIS + 7 * PERIOD, "a start");
        vm.warp(GENESIS + 7 * PERIOD);
        assertEq(EMISSION.currentPeriod(), 7, "the running one");
    }
}

/// @title Whatever is released in whatever order: the sum is the schedule's, and never more than 10,500,000 NXQ.
contract EmissionInvariantTest is EmissionFixture {
    Releaser private releaser;

    function setUp() public {
        setUpEmission(86_400);
        releaser = new Releaser();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(releaser);
    }

    function invariant_whatWasReleasedAndWhatIsLeftAreTheSupply() public view {
        assertEq(System.SETTLEMENT.balance, releaser.sum(), "what arrived");
        assertEq(System.EMISSION.balance + releaser.sum(), SUPPLY, "what is left");
    }
}
