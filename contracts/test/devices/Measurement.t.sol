// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Devices } from "../../src/devices/Devices.sol";
import { DeviceEvent, DeviceStatus, IDevices, RawScores } from "../../src/devices/IDevices.sol";
import { IMasternodes } from "../../src/masternodes/IMasternodes.sol";
import { DevicesFixture } from "./DevicesFixture.sol";

/// @dev Draws, and undoes the draw unless it likes who came out.
contract Grinder {
    function drawFor(Devices devices, uint32 id, uint32 friend) external {
        devices.draw(id);
        require(devices.device(id).measurer == friend, "not a friend");
    }
}

/// @title Who measures a device, and what a measurement changes.
contract MeasurementTest is DevicesFixture {
    function setUp() public {
        setUpNetwork();
    }

    function test_nobodyIsDrawnInTheBlockOfTheOrder() public {
        uint32 id = registerNew("alice");
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesDrawTooEarly.selector, id, block.number));
        DEVICES.draw(id);
    }

    function test_onlyTheDrawnMasternodeMeasures() public {
        uint32 id = registerNew("alice");
        uint32 drawn = drawNow(id);
        for (uint32 other = 1; other <= FOUNDING_MASTERNODES; ++other) {
            if (other == drawn) continue;
            vm.expectRevert(
                abi.encodeWithSelector(IDevices.DevicesNotMeasurer.selector, id, drawn, masternode(other))
            );
            measureAs(other, id, scores(10));
        }
        vm.expectRevert(
            abi.encodeWithSelector(IDevices.DevicesNotMeasurer.selector, id, drawn, operator(drawn))
        );
        vm.prank(operator(drawn));
        DEVICES.measure(id, scores(10));
        measureAs(drawn, id, scores(10));
        assertStatus(id, DeviceStatus.Measured, "measured");
        assertScores(DEVICES.device(id).offered, scores(10), "offered");
        assertScores(DEVICES.device(id).accepted, RawScores(0, 0, 0, 0, 0), "nothing counts yet");
    }

    function test_theDrawnMasternodeMeasuresOnce() public {
        uint32 id = registerNew("alice");
        uint32 drawn = drawNow(id);
        measureAs(drawn, id, scores(10));
        vm.expectRevert(
            abi.encodeWithSelector(IDevices.DevicesNotMeasurer.selector, id, 0, masternode(drawn))
        );
        measureAs(drawn, id, scores(20));
    }

    function test_theDrawnMasternodeHasItsTimeAndNoMore() public {
        uint32 id = registerNew("alice");
        uint32 drawn = drawNow(id);
        uint256 until = DEVICES.device(id).measureBefore;
        assertEq(until, block.timestamp + MEASURE, "a minute");
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesDrawPending.selector, id, until));
        DEVICES.draw(id);
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesMeasuredTooLate.selector, id, until));
        measureAs(drawn, id, scores(10));
        waitForOrder(id);
        DEVICES.draw(id);
        assertEq(DEVICES.device(id).measurer, 0, "ordered anew");
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesDrawTooEarly.selector, id, block.number));
        DEVICES.draw(id);
        assertTrue(drawNow(id) != 0, "drawn anew");
        measureAs(DEVICES.device(id).measurer, id, scores(10));
    }

    function test_aDrawCountsUntilTheLastSecond() public {
        uint32 id = registerNew("alice");
        uint32 drawn = drawNow(id);
        vm.warp(DEVICES.device(id).measureBefore);
        measureAs(drawn, id, scores(10));
        assertStatus(id, DeviceStatus.Measured, "measured");
    }

    function test_aHashOutOfReachIsOrderedAnew() public {
        uint32 id = registerNew("alice");
        vm.roll(block.number + 257);
        waitForOrder(id);
        vm.recordLogs();
        DEVICES.draw(id);
        assertEq(vm.getRecordedLogs()[0].topics[0], IDevices.MeasurementOrdered.selector, "ordered");
        assertEq(DEVICES.device(id).measurer, 0, "nobody is drawn");
        assertTrue(drawNow(id) != 0, "from a hash that is in reach");
    }

    /// @dev Within the reach of the hash every attempt draws the same one, in whatever block and whoever calls.
    function test_undoingADrawGainsNothing() public {
        Grinder grinder = new Grinder();
        uint32 id = registerNew("alice");
        uint256 ordered = block.number;
        vm.roll(ordered + 1);
        uint32 expected = _seatOf(blockhash(ordered), id);
        uint32 friend = (expected % FOUNDING_MASTERNODES) + 1;
        for (uint256 attempt = 1; attempt <= 256; ++attempt) {
            vm.roll(ordered + attempt);
            vm.expectRevert(bytes("not a friend"));
            grinder.drawFor(DEVICES, id, friend);
        }
        DEVICES.draw(id);
        assertEq(DEVICES.device(id).measurer, expected, "the one that the hash names");
    }

    function testFuzz_aDrawDoesNotDependOnWhenItIsMade(bytes32 hash, uint256 wait) public {
        vm.assume(hash != 0);
        uint32 id = registerNew("alice");
        uint256 ordered = block.number;
        vm.roll(ordered + bound(wait, 1, 256));
        vm.setBlockhash(ordered, hash);
        DEVICES.draw(id);
        assertEq(DEVICES.device(id).measurer, _seatOf(hash, id), "the one that the hash names");
    }

    function test_everyActiveMasternodeIsAsLikely() public {
        vm.prank(operator(3));
        MASTERNODES.startLeaving(3);
        uint32 id = registerNew("alice");
        uint256[] memory drawn = new uint256[](FOUNDING_MASTERNODES + 1);
        for (uint256 round = 0; round < 800; ++round) {
            vm.roll(block.number + 1);
            vm.setBlockhash(block.number - 1, keccak256(abi.encode(round)));
            DEVICES.draw(id);
            ++drawn[DEVICES.device(id).measurer];
            _dropDraw(id);
        }
        assertEq(drawn[3], 0, "who left is never drawn");
        assertEq(drawn[0], 0, "somebody is always drawn");
        for (uint256 i = 1; i <= FOUNDING_MASTERNODES; ++i) {
            if (i != 3) assertTrue(drawn[i] > 150 && drawn[i] < 250, "about a quarter each");
        }
    }

    function test_nobodyIsDrawnWhileNoMasternodeIsActive() public {
        uint32 id = registerNew("alice");
        vm.warp(block.timestamp + 10 * PERIOD);
        vm.roll(block.number + 1);
        vm.expectRevert(IDevices.DevicesNoMasternodeActive.selector);
        DEVICES.draw(id);
    }

    function test_aMasternodeThatSleptDoesNotMeasure() public {
        uint32 id = registerNew("alice");
        vm.warp(GENESIS + 4 * PERIOD + POSTING);
        uint32 drawn = drawNow(id);
        vm.warp(block.timestamp + 1);
        assertEq(MASTERNODES.activeSeats(), 0, "all fell asleep");
        vm.expectRevert(
            abi.encodeWithSelector(IDevices.DevicesNotMeasurer.selector, id, drawn, masternode(drawn))
        );
        measureAs(drawn, id, scores(10));
    }

    function test_onlyAnActiveMasternodeOrders() public {
        uint32 id = activeDeviceOf("alice");
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesCallerNotMasternode.selector, alice));
        vm.prank(alice);
        DEVICES.orderMeasurement(id);
        orderAs(2, id);
        assertTrue(drawNow(id) != 0, "drawn");
        assertStatus(id, DeviceStatus.Active, "the device works on");
    }

    function test_oneMeasurementIsOrderedAtATime() public {
        uint32 id = activeDeviceOf("alice");
        orderAs(2, id);
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesDrawPending.selector, id, 0));
        vm.prank(masternode(2));
        DEVICES.orderMeasurement(id);
    }

    function test_onlyAnActiveDeviceIsMeasuredAgain() public {
        uint32 id = registerNew("alice");
        vm.expectRevert(
            abi.encodeWithSelector(
                IDevices.DevicesIllegalTransition.selector, id, DeviceStatus.Registered, DeviceEvent.Measure
            )
        );
        vm.prank(masternode(2));
        DEVICES.orderMeasurement(id);
    }

    function testFuzz_whatIsLowerCountsOnceConfirmedAndWhatIsHigherOnceAccepted(
        RawScores calldata first,
        RawScores calldata second,
        RawScores calldata third
    ) public {
        uint32 id = registerNew("alice");
        measureNow(id, first);
        acceptAs("alice", id, first);
        orderAs(1, id);
        measureNow(id, second);
        assertScores(DEVICES.device(id).accepted, first, "one measurement lowers nothing");
        assertScores(DEVICES.device(id).offered, second, "it is offered");
        orderAs(1, id);
        measureNow(id, third);
        RawScores memory confirmed = RawScores({
            cpu: _confirmed(first.cpu, second.cpu, third.cpu),
            memoryScore: _confirmed(first.memoryScore, second.memoryScore, third.memoryScore),
            storageScore: _confirmed(first.storageScore, second.storageScore, third.storageScore),
            gpu: _confirmed(first.gpu, second.gpu, third.gpu),
            isp: _confirmed(first.isp, second.isp, third.isp)
        });
        assertScores(DEVICES.device(id).accepted, confirmed, "down to the larger of both");
        assertScores(DEVICES.device(id).offered, third, "all are offered");
        assertStatus(id, DeviceStatus.Active, "it stays active");
        acceptAs("alice", id, third);
        assertScores(DEVICES.device(id).accepted, third, "the accepted ones count");
        assertScores(DEVICES.device(id).offered, RawScores(0, 0, 0, 0, 0), "nothing is offered");
    }

    function test_aDeviceThatMovedIsMeasuredForItsNewOwner() public {
        uint32 id = activeDeviceOf("alice");
        orderAs(1, id);
        transferKey(alice, bob, DEVICES.device(id).key);
        measureNow(id, scores(5));
        assertStatus(id, DeviceStatus.Suspended, "measured, not accepted");
        acceptAs("bob", id, scores(5));
        assertStatus(id, DeviceStatus.Active, "accepted");
    }

    function test_aMasternodeThatLeavesAfterTheDrawDoesNotMeasure() public {
        uint32 id = registerNew("alice");
        uint32 drawn = drawNow(id);
        vm.prank(owner);
        MASTERNODES.startLeaving(drawn);
        IMasternodes.Masternode memory gone = MASTERNODES.masternode(drawn);
        vm.expectRevert(abi.encodeWithSelector(IDevices.DevicesNotMeasurer.selector, id, drawn, gone.signer));
        measureAs(drawn, id, scores(10));
    }

    /// @dev Lets the draw's time and the key's wait pass and orders anew, in the same block.
    function _dropDraw(uint32 id) private {
        uint256 time = block.timestamp;
        vm.warp(DEVICES.nextOrderAt(DEVICES.device(id).key));
        DEVICES.draw(id);
        vm.warp(time);
    }

    function _seatOf(bytes32 hash, uint32 id) private pure returns (uint32) {
        return uint32(uint256(keccak256(abi.encode(hash, id))) % FOUNDING_MASTERNODES) + 1;
    }

    function _confirmed(uint32 counted, uint32 one, uint32 other) private pure returns (uint32) {
        uint32 larger = one > other ? one : other;
        return counted < larger ? counted : larger;
    }
}
