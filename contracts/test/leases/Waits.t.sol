// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { Vm } from "../base/Vm.sol";
import { LeasesFixture } from "./LeasesFixture.sol";

/// @title What an opening says that its instance waited: never more than it had no lease, and nothing of long ago.
contract WaitsTest is LeasesFixture {
    uint32 private constant FOREVER = type(uint32).max;

    address private alice = tenant(1);
    InstanceKey private instance = instanceOf(tenant(1), 1);

    function setUp() public {
        setUpLeases();
        vm.startPrank(alice);
        LEASES.approve(1);
        LEASES.setLimits(type(uint96).max, type(uint40).max);
        vm.stopPrank();
        vm.deal(address(this), 1e24);
        LEASES.deposit{ value: 1e24 }(alice);
    }

    function test_anInstanceThatHadNoLeaseDidNotWait() public {
        assertEq(_open(1, FOREVER), 0, "its first");
    }

    function testFuzz_aWaitIsNoLongerThanTheInstanceHadNoLease(uint256 gap, uint32 waited) public {
        gap = gap % 200;
        _open(1, 0);
        vm.warp(GENESIS + 50);
        closeOne(masternode(1), instance, 1);
        vm.warp(GENESIS + 50 + gap);
        assertEq(_open(2, waited), waited < gap ? waited : gap, "the smaller");
    }

    function test_aBackdatedOpeningWaitedUntilItsStart() public {
        _open(1, 0);
        vm.warp(GENESIS + 10);
        closeOne(masternode(1), instance, 1);
        vm.warp(GENESIS + 40);
        assertEq(_openAt(GENESIS + 15, 2, FOREVER), 5, "not until its block");
    }

    function test_aWaitOfMoreThanAMonthIsNone() public {
        _open(1, 0);
        closeOne(masternode(1), instance, 1);
        _warpWithPrice(GENESIS + 30 days);
        assertEq(_open(2, FOREVER), 30 days, "a month");
        closeOne(masternode(1), instance, 2);
        _warpWithPrice(GENESIS + 60 days + 1);
        assertEq(_open(3, FOREVER), 0, "a second more");
    }

    function _open(uint64 token, uint32 waited) private returns (uint256) {
        return _openAt(block.timestamp, token, waited);
    }

    /// @dev Returns what the event says.
    function _openAt(uint256 startedAt, uint64 token, uint32 waited) private returns (uint256) {
        ILeases.Opening[] memory batch = new ILeases.Opening[](1);
        batch[0] = ILeases.Opening(instance, 7, 1, uint40(startedAt), token, waited);
        vm.recordLogs();
        vm.prank(masternode(1));
        LEASES.open(batch);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs[logs.length - 1].topics[0], ILeases.LeaseOpened.selector, "opened");
        (,,,, uint256 said) =
            abi.decode(logs[logs.length - 1].data, (uint64, uint32, uint256, uint256, uint256));
        return said;
    }

    /// @dev A price that is old opens nothing: one is quoted in the period before.
    function _warpWithPrice(uint256 time) private {
        vm.warp(time - PERIOD);
        vm.prank(signer);
        PRICES.quote(PRICE);
        vm.warp(time);
        PRICES.fill();
    }
}
